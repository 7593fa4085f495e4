import { sigmoid, softplus } from "../../math/log-sum-exp.js";
import type { BoltzmannMachine } from "../../models/index.js";
import type { Rows } from "../../units/index.js";

/** Sweeps over the hidden units, each to its mean given the others. */
const SWEEPS = 5;

/**
 * -sum_i log p(v_i | v_-i, h) of every row, with the hidden units at a mean field given the row: what pseudo-likelihood is
 * without hidden units. One sum over the couplings for each row and sweep.
 */
export function conditionalErrors(machine: BoltzmannMachine, rows: Rows, beta: number): Float64Array {
  const { units, visible, couplings, bias, low, high, graph } = machine;
  const n = visible.width;
  const state = new Float64Array(units);
  const field = (i: number) => {
    let sum = bias[i];
    for (let at = graph.starts[i]; at < graph.starts[i + 1]; at++) {
      const j = graph.neighbours[at];
      sum += couplings.values[i * units + j] * state[j];
    }
    return beta * (high[i] - low[i]) * sum;
  };
  return Float64Array.from({ length: rows.length / n }, (_, r) => {
    state.set(rows.subarray(r * n, (r + 1) * n));
    for (let i = n; i < units; i++) state[i] = 0.5 * (low[i] + high[i]);
    for (let sweep = 0; sweep < (units > n ? SWEEPS : 0); sweep++) {
      for (let i = n; i < units; i++) state[i] = low[i] + (high[i] - low[i]) * sigmoid(field(i));
    }
    let error = 0;
    for (let i = 0; i < n; i++) error += softplus(state[i] === high[i] ? -field(i) : field(i));
    return error;
  });
}
