import type { WorkspaceRbm } from "../../models/index.js";
import type { Feed } from "./data.js";
import type { Phase } from "./method.js";

/** How many rows of the data a report looks at. */
const ROWS = 1000;

/** Means over rows of the data. */
export interface DataMeasures {
  readonly reconstructionError: number;
  readonly freeEnergies: Float64Array;
}

/** Measures at most 1,000 rows of the data, evenly spaced, by a batch that training is not using now. */
export function measureData(
  machine: WorkspaceRbm,
  { visible, hidden }: Phase,
  feed: Feed,
  rows: number,
  epoch: number,
): DataMeasures {
  const count = Math.min(rows, ROWS);
  const chosen = Uint32Array.from({ length: count }, (_, r) => Math.floor((r * rows) / count));
  const freeEnergies = new Float64Array(count);
  const logs = new Float64Array(visible.capacity);
  let error = 0;
  for (let from = 0; from < count; from += visible.capacity) {
    feed(visible, chosen.subarray(from, from + visible.capacity), epoch);
    freeEnergies.set(freeEnergiesOf(machine, { visible, hidden }, logs), from);
    hidden.mean();
    machine.weights.down(hidden, visible, { means: true });
    visible.logProbabilities(logs);
    for (let r = 0; r < visible.rows; r++) error -= logs[r];
  }
  return { reconstructionError: error / count, freeEnergies };
}

/** Free energies of states of the model, by a batch that training is not using now. */
export function measureModel(machine: WorkspaceRbm, batch: Phase, model: Phase): Float64Array {
  const { visible } = batch;
  const row = new Float64Array(machine.visible.units.width);
  visible.rows = Math.min(visible.capacity, model.visible.rows);
  for (let r = 0; r < visible.rows; r++) visible.load(r, model.visible.read(r, row));
  return freeEnergiesOf(machine, batch, new Float64Array(visible.rows));
}

function freeEnergiesOf(machine: WorkspaceRbm, { visible, hidden }: Phase, logs: Float64Array): Float64Array {
  machine.logWeights(visible, hidden, 1, logs);
  return logs.subarray(0, visible.rows).map((log) => -log);
}

export function meanOf(values: Float64Array): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

/** Standard deviation of single values. */
export function spreadOf(values: Float64Array): number {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
}
