import { filledParameter, type Parameter } from "../parameters.js";
import { add, multiply } from "../tape/operations/elementwise.js";
import { normalise } from "../tape/operations/rows.js";
import type { Tensor } from "../tape/tensor.js";

/** Learned scales of normalised rows: gain y + shift. */
export interface Normalisation<Leaf = Parameter> {
  readonly gain: Leaf;
  readonly shift: Leaf;
}

/** Gains of 1 and shifts of 0. */
export function normalisationParameters(units: number): Normalisation {
  return { gain: filledParameter([units], 1), shift: filledParameter([units], 0) };
}

/** gain (x - mean) / sqrt(variance + 1e-5) + shift of every row (Ba, Kiros and Hinton, Layer normalization, 2016). */
export function normalised(x: Tensor, { gain, shift }: Normalisation<Tensor>): Tensor {
  return add(multiply(normalise(x), gain), shift);
}
