/** Swaps a row of one array with one of another. */
export function swapRows<A extends Uint32Array | Float32Array>(
  values: A,
  r: number,
  others: Uint32Array | Float32Array,
  s: number,
  width: number,
): void {
  for (let k = 0; k < width; k++) {
    const value = values[r * width + k];
    values[r * width + k] = others[s * width + k];
    others[s * width + k] = value;
  }
}
