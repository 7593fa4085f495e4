import { requireInteger } from "../../errors.js";
import type { Random } from "../../math/random.js";
import { PatternSet } from "../../patterns/index.js";
import type { Units } from "../../units/index.js";
import { asDataSource, type TrainingData } from "../data.js";

/**
 * Random rows of the data, without repetition, as states of the units, for monitors. Probabilities are drawn once.
 *
 * @param count number of rows; all of them if there are fewer
 * @throws ArgumentError for a count below 1, ShapeError or DataError for data that do not fit the units
 */
export function sampleRows(data: TrainingData, units: Units, count: number, random: Random): Float64Array {
  requireInteger("count", count, 1);
  const { rows } = asDataSource(data, units);
  const chosen = random.sample(Math.min(count, rows), rows);
  const { values } = asDataSource(selected(data, chosen, units.width), units).table();
  const { twoStates } = units;
  if (twoStates === undefined) return Float64Array.from(values);
  const { low, high } = twoStates;
  // Means are drawn; states stay as they are.
  return Float64Array.from(values, (x) => (random.uniform() * (high - low) < x - low ? high : low));
}

function selected(data: TrainingData, chosen: Uint32Array, width: number): TrainingData {
  if (data instanceof PatternSet) return data.select(chosen);
  if ("words" in data) return new PatternSet(data).select(chosen);
  if ("kind" in data) return { kind: data.kind, values: picked(data.values, chosen, width) };
  return picked(data, chosen, width);
}

function picked<Values extends Uint8Array | Float32Array | Float64Array>(
  values: Values,
  chosen: Uint32Array,
  width: number,
): Values {
  const length = chosen.length * width;
  // The data may be a Buffer, whose slice would be the data themselves.
  const rows = (values instanceof Uint8Array ? new Uint8Array(length) : values.slice(0, length)) as Values;
  chosen.forEach((row, r) => {
    rows.set(values.subarray(row * width, (row + 1) * width), r * width);
  });
  return rows;
}
