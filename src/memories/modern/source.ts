import { DataError } from "../../errors.js";
import type { Kernels, VectorOperator, VectorUse } from "../../kernels/index.js";
import { norm } from "../../math/vector.js";
import type { VectorSet } from "../../patterns/index.js";

/** What a recall asks of the patterns besides the kernels. */
export type VectorLookup = Pick<VectorSet<Float32Array>, "count" | "units" | "labels" | "shape" | "row">;

/** Patterns that a memory recalls from without holding them, such as those of a file. */
export interface VectorSource extends VectorLookup {
  /** The length of the longest. */
  readonly longest: number;
  /** The patterns, or those of some rows, for kernels. */
  operator(kernels: Kernels, use?: VectorUse): VectorOperator;
  dispose(): void;
}

/** The length of the longest of some vectors, row after row. */
export function longestOf(values: Float32Array, units: number): number {
  let most = 0;
  for (let at = 0; at < values.length; at += units) most = Math.max(most, norm(values.subarray(at, at + units)));
  return most;
}

/**
 * Writes vectors scaled to unit length to `out`, which may be where they are; `first` is the number of the first.
 *
 * @throws DataError for one without a direction
 */
export function scaleToUnit(values: Float32Array, units: number, first: number, out: Float32Array): void {
  for (let at = 0; at < values.length; at += units) {
    const length = norm(values.subarray(at, at + units));
    if (length === 0) {
      throw new DataError(
        `pattern ${first + at / units} is 0 in every entry, which has no direction for the similarity cosine; leave it out`,
      );
    }
    for (let i = at; i < at + units; i++) out[i] = values[i] / length;
  }
}
