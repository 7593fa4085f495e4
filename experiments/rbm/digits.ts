import type { Random } from "engram";
import { type BitMatrix, bitMatrix, type DataMatrix } from "engram/math";
import type { GreyImages } from "../experiment.js";

/** The first images of a set; `count` defaults to all. */
export function first({ values, count, shape, labels }: GreyImages, wanted = count): GreyImages {
  const rows = Math.min(wanted, count);
  const pixels = shape[0] * shape[1];
  return { values: values.subarray(0, rows * pixels), count: rows, shape, labels: labels?.subarray(0, rows) };
}

/** `count` images of a set, evenly spaced: the first test digits of MNIST are easier than the last ones. */
export function spread({ values, count, shape, labels }: GreyImages, wanted: number): GreyImages {
  const pixels = shape[0] * shape[1];
  const kept = Math.min(wanted, count);
  const rows = Array.from({ length: kept }, (_, r) => Math.floor((r * count) / kept));
  const chosen = new Uint8Array(kept * pixels);
  for (const [r, row] of rows.entries()) chosen.set(values.subarray(row * pixels, (row + 1) * pixels), r * pixels);
  return { values: chosen, count: kept, shape, labels: labels && Uint8Array.from(rows, (row) => labels[row]) };
}

/** Pixels as numbers from 0 to 1, a row an image. */
export function greys({ values, count, shape }: GreyImages): DataMatrix & { readonly values: Float32Array } {
  return { rows: count, columns: shape[0] * shape[1], values: Float32Array.from(values, (grey) => grey / 255) };
}

/** Pixels above half as 1, the others as 0, one bit each. */
export function thresholded({ values, count, shape }: GreyImages): BitMatrix {
  const pixels = shape[0] * shape[1];
  const bits = bitMatrix(count, pixels);
  for (let r = 0, k = 0; r < count; r++) {
    for (let i = 0; i < pixels; i++, k++) if (values[k] > 127) bits.words[r * bits.stride + (i >>> 5)] |= 1 << (i & 31);
  }
  return bits;
}

/** Pixels above half as 1, the others as 0. */
export function binary({ values }: GreyImages): Float32Array {
  return Float32Array.from(values, (grey) => (grey > 127 ? 1 : 0));
}

/** Pixels drawn to be 1 with the probability grey / 255; image r draws from `random.fork(r)`. */
export function sampled({ values, count, shape }: GreyImages, random: Random): Float32Array {
  const pixels = shape[0] * shape[1];
  const drawn = new Float32Array(count * pixels);
  for (let r = 0, k = 0; r < count; r++) {
    const stream = random.fork(r);
    // A pixel that is always off or on needs no random number.
    for (let i = 0; i < pixels; i++, k++) {
      const grey = values[k];
      drawn[k] = grey === 255 || (grey > 0 && stream.uniform() * 255 < grey) ? 1 : 0;
    }
  }
  return drawn;
}
