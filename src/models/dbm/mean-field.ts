import { requireFiniteResults, requireInteger, requireNumber } from "../../errors.js";
import { buildFitting, defaultWorkspace, type MakeWorkspace } from "../../kernels/index.js";
import { LayerStack } from "../../layers/layer-stack.js";
import { log } from "../../math/elementary.js";
import type { Rows, Units } from "../../units/index.js";
import { rowsOfLayer } from "../boltzmann/parts.js";
import { toHidden } from "../rbm/products.js";
import type { DeepBoltzmannMachine } from "./deep-boltzmann-machine.js";
import { deepLayers, relaxMeanField } from "./layers.js";

/** Options of the mean-field solver of a deep Boltzmann machine. */
export interface DeepMeanFieldOptions {
  /** Largest number of sweeps per row; fewer only weaken the bound; defaults to 100. */
  readonly maxSweeps?: number | undefined;
  /** Largest change of a mean of the lower layer in a sweep at convergence; defaults to 1e-5. */
  readonly tolerance?: number | undefined;
  readonly workspace?: MakeWorkspace | undefined;
}

/** The mean field of rows of data. */
export interface DeepMeanField {
  /** <h^1> and <h^2> given each row. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** E_q[-E] + H(q) of every row: a lower bound on log sum_h exp(-E(v, h)), for any means. */
  readonly logSums: Float64Array;
  /** Largest number of sweeps of any batch of rows. */
  readonly sweeps: number;
}

/** Number of rows per batch. */
const ROWS = 128;

/**
 * The naive mean field of the hidden layers of a deep Boltzmann machine given data (Salakhutdinov and Hinton 2009): the
 * product distribution q that is closest to p(h^1, h^2 | v). Means are computed in single precision, their bounds in double
 * precision.
 *
 * @throws ShapeError or DataError for rows that are not states of the visible layer, ArgumentError for options out of range
 */
export function deepMeanField(
  machine: DeepBoltzmannMachine,
  visible: Rows,
  { maxSweeps = 100, tolerance = 1e-5, workspace = defaultWorkspace }: DeepMeanFieldOptions = {},
): DeepMeanField {
  requireInteger("maxSweeps", maxSweeps, 1);
  requireNumber("tolerance", tolerance, 0);
  const rows = rowsOfLayer("visible", machine.visible, visible);
  const [first, second] = machine.hidden;
  const size = Math.min(ROWS, rows);
  const { workspace: room, built } = buildFitting(workspace, (place) => {
    const stack = new LayerStack(place, deepLayers(machine));
    return { stack, batches: stack.batches(size) };
  });
  const lower = new Float64Array(rows * first.width);
  const upper = new Float64Array(rows * second.width);
  let sweeps = 0;
  try {
    built.stack.load(deepLayers(machine));
    for (let from = 0; from < rows; from += size) {
      const [v, h1, h2] = built.batches;
      v.rows = Math.min(size, rows - from);
      for (let r = 0; r < v.rows; r++) {
        const n = machine.visible.width;
        v.load(r, visible.subarray((from + r) * n, (from + r + 1) * n));
      }
      sweeps = Math.max(sweeps, relaxMeanField(built.stack, built.batches, { maxSweeps, tolerance }));
      lower.set(h1.means.subarray(0, v.rows * first.width), from * first.width);
      upper.set(h2.means.subarray(0, v.rows * second.width), from * second.width);
    }
  } finally {
    room.dispose();
  }
  const sums = requireFiniteResults("log sum", logSums(machine, visible, lower, upper));
  return { lower, upper, logSums: sums, sweeps };
}

/** E_q[-E] + H(q) of every row. */
function logSums(
  { visible: v, hidden: [first, second], weights }: DeepBoltzmannMachine,
  visible: Rows,
  lower: Float64Array,
  upper: Float64Array,
): Float64Array {
  const rows = visible.length / v.width;
  const energies = [v.energy(visible, new Float64Array(rows)), first.energy(lower, new Float64Array(rows))];
  energies.push(second.energy(upper, new Float64Array(rows)));
  const inputs = toHidden(weights[0], visible, new Float64Array(lower.length));
  const above = toHidden(weights[1], lower, new Float64Array(upper.length));
  return Float64Array.from({ length: rows }, (_, r) => {
    let sum = -energies[0][r] - energies[1][r] - energies[2][r];
    for (let j = r * first.width; j < (r + 1) * first.width; j++)
      sum += lower[j] * inputs[j] + entropy(first, lower[j]);
    for (let a = r * second.width; a < (r + 1) * second.width; a++)
      sum += upper[a] * above[a] + entropy(second, upper[a]);
    return sum;
  });
}

/** Entropy of a two-state unit with the given mean, in nats. */
function entropy({ twoStates }: Units, mean: number): number {
  const { low, high } = twoStates!;
  const [p, q] = [(mean - low) / (high - low), (high - mean) / (high - low)];
  return (p > 0 ? -p * log(p) : 0) + (q > 0 ? -q * log(q) : 0);
}
