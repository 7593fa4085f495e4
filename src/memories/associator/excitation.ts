import { DataError } from "../../errors.js";
import { square } from "../../math/elementary.js";
import { largestEntry, type Matrix } from "../../math/matrix.js";
import type { VectorSet } from "../../patterns/index.js";

/** A sum below this part of its terms is a rounding error of zero. */
const ROUNDING = 2 ** -44;

/**
 * x W, exactly zero where it is below 2^-44 max |w_ij| sum_i |x_i|. Sums that cancel up to rounding are thus zero on
 * every machine, and so have the same sign.
 *
 * @throws DataError for sums that overflow
 */
export function excite(weights: Matrix, x: Float64Array): Float64Array {
  const excitation = new Float64Array(weights.columns);
  let length = 0;
  for (let i = 0; i < x.length; i++) {
    length += Math.abs(x[i]);
    const row = weights.values.subarray(i * weights.columns, (i + 1) * weights.columns);
    for (let j = 0; j < row.length; j++) excitation[j] += x[i] * row[j];
  }
  const margin = ROUNDING * largestEntry(weights) * length;
  for (let j = 0; j < excitation.length; j++) {
    if (!Number.isFinite(excitation[j])) {
      throw new DataError(
        `the excitation of output ${j} is ${excitation[j]}; expected inputs and weights with finite products: scale them down`,
      );
    }
    if (Math.abs(excitation[j]) <= margin) excitation[j] = 0;
  }
  return excitation;
}

/** The vector at the smallest Euclidean distance from x, the first of several. */
export function nearestVector(vectors: VectorSet, x: Float64Array): { index: number; distance: number } {
  let index = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let r = 0; r < vectors.count; r++) {
    const row = vectors.row(r);
    let distance = 0;
    for (let j = 0; j < row.length; j++) distance += square(row[j] - x[j]);
    if (distance < least) {
      least = distance;
      index = r;
    }
  }
  return { index, distance: Math.sqrt(least) };
}
