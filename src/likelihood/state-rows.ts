import type { BitMatrix } from "../math/bits.js";
import type { Random } from "../math/random.js";
import type { Rbm } from "../models/index.js";
import type { PatternSet } from "../patterns/index.js";
import { asDataSource, type DataSource } from "../training/data.js";
import type { Rows } from "../units/index.js";

/** Visible states: patterns or rows of bits (0 for the lower value of a unit, 1 for the higher one), or rows of values. */
export type StateRows = PatternSet | BitMatrix | Rows;

/** Visible states, checked; throws what training throws for data that are not valid. */
export function asStates(rbm: Rbm, rows: StateRows): DataSource {
  return asDataSource(rows, rbm.visible);
}

/** Rows `from` ... `from + count - 1` as values. */
export function someRows(rbm: Rbm, states: DataSource, from: number, count: number): Float64Array {
  const { width } = rbm.visible;
  const values = new Float64Array(count * width);
  for (let r = 0; r < count; r++) states.row(from + r, values.subarray(r * width, (r + 1) * width));
  return values;
}

/** The mean of every value over the rows. */
export function meansOf(rbm: Rbm, rows: StateRows): Float64Array {
  const states = asStates(rbm, rows);
  const row = new Float64Array(rbm.visible.width);
  const means = new Float64Array(row.length);
  for (let r = 0; r < states.rows; r++) {
    states.row(r, row);
    for (let i = 0; i < row.length; i++) means[i] += row[i];
  }
  return means.map((sum) => sum / states.rows);
}

/** Rows drawn from all rows, with replacement. */
export function drawRows(rbm: Rbm, rows: StateRows, count: number, random: Random): Float64Array {
  const { width } = rbm.visible;
  const states = asStates(rbm, rows);
  const drawn = new Float64Array(count * width);
  for (let r = 0; r < count; r++) {
    states.row(random.integer(states.rows), drawn.subarray(r * width, (r + 1) * width));
  }
  return drawn;
}
