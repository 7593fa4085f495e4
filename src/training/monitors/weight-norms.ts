import type { Rbm } from "../../models/index.js";

/** Norms of the weights. */
export interface WeightNorms {
  /** Root of the mean square of all weights. */
  readonly rootMeanSquare: number;
  /** max |W_ij| */
  readonly largest: number;
  /** |W_j|, the norm of the column, or filter, of every hidden value. */
  readonly filters: Float64Array;
}

/** Norms of the weights of a machine; NaN if a weight is NaN. */
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
