import { exp } from "../../math/elementary.js";
import { matrix } from "../../math/matrix.js";
import type { Rows } from "../../units/index.js";
import { requireBeta } from "../../units/units.js";
import type { TwoStateEnergy } from "./energy.js";
import { eachBlock, exactMoments, logSumOverFree, requireListable } from "./enumerate.js";
import type { BoltzmannMachine } from "./machine.js";
import { rowsOfLayer } from "./parts.js";

/** <x_i> of every unit and <x_i x_j> of every pair, units x units; the diagonal is ignored. */
export interface PairMoments {
  readonly means: Float64Array;
  readonly products: Float64Array;
}

/** The gradient of a scalar by the parameters: the L_ij of every pair i < j (also at ji), and the biases. */
export interface BoltzmannGradient {
  /** units x units, symmetric, zero where the graph has no edge. */
  readonly couplings: Float64Array;
  readonly bias: Float64Array;
}

/**
 * The distribution of a Boltzmann machine of at most 24 units, by listing all its states: log Z, means and correlations,
 * probabilities, likelihoods and their gradient, exact up to rounding. It does not follow later changes of the machine.
 */
export class ExactDistribution implements PairMoments {
  readonly beta: number;
  /** log Z, Z = sum_v,h exp(-beta E(v, h)) */
  readonly logZ: number;
  /** <x_i> */
  readonly means: Float64Array;
  /** <x_i x_j>, units x units. */
  readonly products: Float64Array;
  readonly #machine: BoltzmannMachine;
  readonly #energy: TwoStateEnergy;

  /** @throws ArgumentError for more than 24 units, visible and hidden, or a beta that is not above 0 */
  constructor(machine: BoltzmannMachine, { beta = 1 }: { readonly beta?: number | undefined } = {}) {
    requireBeta(beta);
    const { units, low, high, couplings } = machine;
    requireListable(units, "visible and hidden");
    this.#machine = machine;
    this.#energy = {
      units,
      low,
      high,
      bias: machine.bias.slice(),
      couplings: matrix(units, units, couplings.values.slice()),
    };
    this.beta = beta;
    const { logSum, means, products } = exactMoments(this.#energy, beta, low, unitsFrom(0, units));
    this.logZ = logSum;
    this.means = means;
    this.products = products;
  }

  /** p(v) of all states of the visible units: bit i of a state's number says whether unit i has its upper value. */
  probabilities(): Float64Array {
    const { units, low } = this.#energy;
    const probabilities = new Float64Array(2 ** this.#machine.visible.count);
    const mask = probabilities.length - 1;
    eachBlock(this.#energy, this.beta, low, unitsFrom(0, units), (first, logs) => {
      for (let k = 0; k < logs.length; k++) probabilities[(first + k) & mask] += exp(logs[k] - this.logZ);
    });
    return probabilities;
  }

  /**
   * log p(v) of every row, in nats.
   *
   * @throws ShapeError or DataError for rows that are not states of the visible layer
   */
  logLikelihood(visible: Rows): Float64Array {
    const { units, low } = this.#energy;
    const n = this.#machine.visible.count;
    const state = low.slice();
    return Float64Array.from({ length: rowsOfLayer("visible", this.#machine.visible, visible) }, (_, r) => {
      state.set(visible.subarray(r * n, (r + 1) * n));
      return logSumOverFree(this.#energy, this.beta, state, unitsFrom(n, units)) - this.logZ;
    });
  }

  /**
   * The gradient of the mean of log p(v) over the rows, beta (<x_i x_j>_v - <x_i x_j>) by L_ij and beta (<x_i>_v - <x_i>)
   * by a_i: the correlations with v clamped to the rows minus those of the free machine (Ackley, Hinton and Sejnowski, A
   * learning algorithm for Boltzmann machines, 1985).
   *
   * @throws ShapeError or DataError for rows that are not states of the visible layer
   */
  gradient(visible: Rows): BoltzmannGradient {
    const clamped = clampedMoments(this.#machine, visible, this.beta, this.#energy);
    return momentGradient(this.#machine, clamped, this, this.beta);
  }
}

/**
 * The mean over the rows of <x_i> and <x_i x_j> with v clamped to the row, all states of the hidden units listed.
 *
 * @throws ArgumentError for more than 24 hidden units
 */
export function clampedMoments(
  machine: BoltzmannMachine,
  visible: Rows,
  beta: number,
  energy: TwoStateEnergy = machine,
): PairMoments {
  const { units, low } = energy;
  const n = machine.visible.count;
  const hidden = unitsFrom(n, units);
  requireListable(hidden.length, "hidden");
  const rows = rowsOfLayer("visible", machine.visible, visible);
  const sums = noMoments(units);
  const state = low.slice();
  for (const [r, weight] of distinctRows(visible, n, rows)) {
    state.set(visible.subarray(r * n, (r + 1) * n));
    addMoments(exactMoments(energy, beta, state, hidden), weight / rows, sums);
  }
  return sums;
}

/** beta (clamped - free) of all pairs of the graph and all biases. */
export function momentGradient(
  { units, graph }: BoltzmannMachine,
  clamped: PairMoments,
  free: PairMoments,
  beta: number,
): BoltzmannGradient {
  const couplings = new Float64Array(units * units);
  for (let i = 0; i < units; i++) {
    for (let at = graph.starts[i]; at < graph.starts[i + 1]; at++) {
      const pair = i * units + graph.neighbours[at];
      couplings[pair] = beta * (clamped.products[pair] - free.products[pair]);
    }
  }
  return { couplings, bias: clamped.means.map((mean, i) => beta * (mean - free.means[i])) };
}

/** Moments of zero, to accumulate in. */
export function noMoments(units: number): PairMoments {
  return { means: new Float64Array(units), products: new Float64Array(units * units) };
}

/** Adds `weight` times some moments to others. */
export function addMoments({ means, products }: PairMoments, weight: number, sums: PairMoments): void {
  for (let i = 0; i < means.length; i++) sums.means[i] += weight * means[i];
  for (let at = 0; at < products.length; at++) sums.products[at] += weight * products[at];
}

/** One row of every set of equal rows with their number, in the order of first occurrence. */
function distinctRows(visible: Rows, width: number, rows: number): Iterable<[row: number, times: number]> {
  const found = new Map<string, [row: number, times: number]>();
  for (let r = 0; r < rows; r++) {
    const key = visible.subarray(r * width, (r + 1) * width).join();
    const entry = found.get(key);
    if (entry === undefined) found.set(key, [r, 1]);
    else entry[1]++;
  }
  return found.values();
}

function unitsFrom(first: number, units: number): Uint32Array {
  return Uint32Array.from({ length: units - first }, (_, j) => first + j);
}
