import type { Matrix } from "engram/math";

/** Numbers from 0 to 1 as bytes. */
export function greys(values: ArrayLike<number>): Uint8Array {
  return Uint8Array.from(values, (x) => Math.round(255 * x));
}

/** The columns of W as bytes, filter after filter: 128 for 0, and the weight of a filter that is farthest from it 1 or 255. */
export function filters({ rows, columns, values }: Matrix): Uint8Array {
  const most = new Float64Array(columns);
  for (let k = 0; k < values.length; k++) most[k % columns] = Math.max(most[k % columns], Math.abs(values[k]));
  const bytes = new Uint8Array(values.length);
  for (let i = 0, k = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, k++) bytes[j * rows + i] = 128 + Math.round((127 * values[k]) / (most[j] || 1));
  }
  return bytes;
}
