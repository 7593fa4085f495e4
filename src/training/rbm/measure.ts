import type { LayerStack } from "../../layers/index.js";
import { square } from "../../math/elementary.js";
import type { BatchLoader } from "../data.js";
import { IndependentUnits, meanOf, RowMoments } from "../independent.js";
import type { BatchStatistics } from "../methods/index.js";

/** Number of rows of the data measured for a report. */
const ROWS = 1000;

/** Numbers of rows of the data. */
export interface DataMeasures {
  /** -log p(v | h = <h | v>) */
  readonly reconstructionErrors: Float64Array;
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
  const chosen = chosenRows(rows);
  const count = chosen.length;
  const freeEnergies = new Float64Array(count);
  const reconstructionErrors = new Float64Array(count);
  const logs = new Float64Array(visible.capacity);
  for (let from = 0; from < count; from += visible.capacity) {
    load(visible, chosen.subarray(from, from + visible.capacity), epoch);
    freeEnergies.set(freeEnergiesOf(stack, { visible, hidden }, logs), from);
    hidden.mean();
    stack.down(0, hidden, visible, { means: true });
    visible.logProbabilities(logs);
    for (let r = 0; r < visible.rows; r++) reconstructionErrors[from + r] = -logs[r];
  }
  return { reconstructionErrors, freeEnergies };
}

/** -log p of the same rows in the independent-unit model of them. */
export function measureIndependent(
  { layers: [{ units }] }: LayerStack,
  { visible }: Pick<BatchStatistics, "visible">,
  load: BatchLoader,
  rows: number,
  epoch: number,
  options: { readonly precisions: boolean },
): Float64Array {
  const chosen = chosenRows(rows);
  const row = new Float64Array(units.width);
  const each = (see: (r: number) => void) => {
    for (let from = 0; from < chosen.length; from += visible.capacity) {
      load(visible, chosen.subarray(from, from + visible.capacity), epoch);
      for (let r = 0; r < visible.rows; r++) {
        visible.read(r, row);
        see(from + r);
      }
    }
  };
  const moments = new RowMoments(units.width);
  each(() => moments.add(row));
  const independent = new IndependentUnits(units, moments, options);
  const nats = new Float64Array(chosen.length);
  each((r) => {
    nats[r] = independent.nats(row);
  });
  return nats;
}

/** Free energies of all states of the model, in a batch that training is not using now. */
export function measureModel(stack: LayerStack, batch: BatchStatistics, model: BatchStatistics): Float64Array {
  const { visible } = batch;
  const row = new Float64Array(stack.layers[0].units.width);
  const freeEnergies = new Float64Array(model.visible.rows);
  for (let from = 0; from < freeEnergies.length; from += visible.capacity) {
    visible.rows = Math.min(visible.capacity, freeEnergies.length - from);
    for (let r = 0; r < visible.rows; r++) visible.load(r, model.visible.read(from + r, row));
    freeEnergies.set(freeEnergiesOf(stack, batch, new Float64Array(visible.rows)), from);
  }
  return freeEnergies;
}

function chosenRows(rows: number): Uint32Array {
  const count = Math.min(rows, ROWS);
  return Uint32Array.from({ length: count }, (_, r) => Math.floor((r * rows) / count));
}

function freeEnergiesOf(stack: LayerStack, { visible, hidden }: BatchStatistics, logs: Float64Array): Float64Array {
  stack.weights[0].logWeights(visible, hidden, 1, logs);
  return logs.subarray(0, visible.rows).map((log) => -log);
}

/** Standard deviation of single values. */
export function spreadOf(values: Float64Array): number {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, x) => sum + square(x - mean), 0) / values.length);
}
