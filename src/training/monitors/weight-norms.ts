import type { Rbm } from "../../models/index.js";

/** How large weights are. */
export interface WeightNorms {
  /** Root of the mean square of all weights. */
  readonly rootMeanSquare: number;
  /** max |W_ij| */
  readonly largest: number;
  /** |W_j|, the length of the column of every hidden value: of its filter. */
  readonly filters: Float64Array;
}

/** The sizes of the weights of a machine; NaN where a weight is. */
export function weightNorms({ weights: { rows, columns, values } }: Rbm): WeightNorms {
  const filters = new Float64Array(columns);
  let largest = 0;
  for (let k = 0; k < values.length; k++) {
    filters[k % columns] += values[k] * values[k];
    largest = Math.max(largest, Math.abs(values[k]));
  }
  const sum = filters.reduce((total, square) => total + square, 0);
  return { rootMeanSquare: Math.sqrt(sum / (rows * columns)), largest, filters: filters.map(Math.sqrt) };
}
