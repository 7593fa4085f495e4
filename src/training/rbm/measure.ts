import type { LayerStack } from "../../layers/index.js";
import { square } from "../../math/elementary.js";
import type { BatchLoader } from "../data.js";
import type { BatchStatistics } from "../methods/index.js";

/** Number of rows of the data measured for a report. */
const ROWS = 1000;

/** Means over rows of the data. */
export interface DataMeasures {
  readonly reconstructionError: number;
  readonly freeEnergies: Float64Array;
}

/** Measures at most 1,000 rows of the data, evenly spaced, in a batch that training is not using now. */
export function measureData(
  stack: LayerStack,
  { visible, hidden }: BatchStatistics,
  load: BatchLoader,
  rows: number,
  epoch: number,
): DataMeasures {
  const count = Math.min(rows, ROWS);
  const chosen = Uint32Array.from({ length: count }, (_, r) => Math.floor((r * rows) / count));
  const freeEnergies = new Float64Array(count);
  const logs = new Float64Array(visible.capacity);
  let error = 0;
  for (let from = 0; from < count; from += visible.capacity) {
    load(visible, chosen.subarray(from, from + visible.capacity), epoch);
    freeEnergies.set(freeEnergiesOf(stack, { visible, hidden }, logs), from);
    hidden.mean();
    stack.down(0, hidden, visible, { means: true });
    visible.logProbabilities(logs);
    for (let r = 0; r < visible.rows; r++) error -= logs[r];
  }
  return { reconstructionError: error / count, freeEnergies };
}

/** Free energies of states of the model, in a batch that training is not using now. */
export function measureModel(stack: LayerStack, batch: BatchStatistics, model: BatchStatistics): Float64Array {
  const { visible } = batch;
  const row = new Float64Array(stack.layers[0].units.width);
  visible.rows = Math.min(visible.capacity, model.visible.rows);
  for (let r = 0; r < visible.rows; r++) visible.load(r, model.visible.read(r, row));
  return freeEnergiesOf(stack, batch, new Float64Array(visible.rows));
}

function freeEnergiesOf(stack: LayerStack, { visible, hidden }: BatchStatistics, logs: Float64Array): Float64Array {
  stack.weights[0].logWeights(visible, hidden, 1, logs);
  return logs.subarray(0, visible.rows).map((log) => -log);
}

export function meanOf(values: Float64Array): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

/** Standard deviation of single values. */
export function spreadOf(values: Float64Array): number {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, x) => sum + square(x - mean), 0) / values.length);
}
