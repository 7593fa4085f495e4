import { ShapeError } from "../errors.js";

/**
 * A matrix of bits, the one form in which Engram keeps spins internally. Bit 1 is the spin +1 and bit 0 the spin -1.
 * Column j of row r is bit `j % 32` of `words[r * stride + (j >>> 5)]`. Every row starts at a multiple of four words
 * (128 bits, one SIMD register), and the bits beyond `columns` are zero.
 */
export interface BitMatrix {
  readonly rows: number;
  readonly columns: number;
  /** Words per row: a multiple of four. */
  readonly stride: number;
  readonly words: Uint32Array;
}

/** Words in a row of `columns` bits: the next multiple of four. */
export function strideFor(columns: number): number {
  return Math.ceil(columns / 128) * 4;
}

/** A bit matrix of zeros, or one over the given words (not copied). */
export function bitMatrix(rows: number, columns: number, words?: Uint32Array): BitMatrix {
  const stride = strideFor(columns);
  const data = words ?? new Uint32Array(rows * stride);
  if (data.length !== rows * stride) {
    throw new ShapeError(`words has ${data.length} entries; ${rows} rows of ${columns} bits need ${rows * stride}`);
  }
  return { rows, columns, stride, words: data };
}

/** Row r as a one-row matrix that shares its words. */
export function bitRow(bits: BitMatrix, r: number): BitMatrix {
  return { ...bits, rows: 1, words: bits.words.subarray(r * bits.stride, (r + 1) * bits.stride) };
}

/** Rows `from` up to, not including, `to`, as a matrix that shares their words. */
export function bitRows(bits: BitMatrix, from: number, to: number): BitMatrix {
  return { ...bits, rows: to - from, words: bits.words.subarray(from * bits.stride, to * bits.stride) };
}

/** One matrix of the rows of several with as many columns, of which there is at least one. */
export function joinRows(parts: readonly BitMatrix[]): BitMatrix {
  const [{ columns, stride }] = parts;
  const joined = bitMatrix(
    parts.reduce((sum, { rows }) => sum + rows, 0),
    columns,
  );
  let r = 0;
  for (const { rows, words } of parts) {
    joined.words.set(words, r * stride);
    r += rows;
  }
  return joined;
}

/** The spin (-1 or +1) at row r, column j. */
export function spinAt(bits: BitMatrix, r: number, j: number): number {
  return ((bits.words[r * bits.stride + (j >>> 5)] >>> (j & 31)) & 1) * 2 - 1;
}

/** Number of ones in a 32-bit word (Warren, Hacker's Delight, section 5-1). */
export function popcount(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Whether two matrices have the same rows. */
export function sameBits(a: BitMatrix, b: BitMatrix): boolean {
  if (a === b) return true;
  return a.rows === b.rows && a.columns === b.columns && a.words.every((word, k) => word === b.words[k]);
}

/** Number of columns in which row r of `a` and row q of `b` differ. */
export function bitDistance(a: BitMatrix, r: number, b: BitMatrix, q: number): number {
  if (a.columns !== b.columns) throw new ShapeError(`states of ${a.columns} and ${b.columns} units cannot be compared`);
  let distance = 0;
  let i = r * a.stride;
  let j = q * b.stride;
  for (let k = 0; k < a.stride; k++) distance += popcount(a.words[i++] ^ b.words[j++]);
  return distance;
}
