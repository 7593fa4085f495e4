import { defaultKernels, type Kernels } from "../../kernels/index.js";
import type { DataMatrix } from "../../math/data-matrix.js";
import type { PatternSet } from "../../patterns/index.js";

/**
 * A symmetric n x n matrix with no diagonal, its upper half row after row: entry (i, j), i < j, is
 * `values[rowStart(i, n) + j]`.
 */
export interface CondensedDistances {
  readonly n: number;
  readonly values: Float64Array;
}

/** Where column 0 of row i would be if rows were stored from their first column on. */
export function rowStart(i: number, n: number): number {
  return i * n - (i * (i + 3)) / 2 - 1;
}

/** Rows that stay in the cache while the others are read. */
const BLOCK = 32;

/** |x_i - x_j|^2 of all pairs of rows, sums of squared differences in double precision. */
export function squaredDistances(data: DataMatrix): CondensedDistances {
  const { rows: n, columns: d } = data;
  const x = data.values instanceof Float64Array ? data.values : Float64Array.from(data.values);
  const values = new Float64Array((n * (n - 1)) / 2);
  for (let from = 0; from < n; from += BLOCK) {
    const to = Math.min(n, from + BLOCK);
    for (let i = from; i < to; i++) {
      for (let j = i + 1; j < to; j++) values[rowStart(i, n) + j] = squaredDistance(x, d, i, j);
    }
    const paired = from + 2 * Math.floor((to - from) / 2);
    const four = to + 4 * Math.floor((n - to) / 4);
    for (let j = to; j < four; j += 4) {
      for (let i = from; i < paired; i += 2) eightDistances(x, d, i, j, values, rowStart(i, n), rowStart(i + 1, n));
    }
    for (let i = from; i < to; i++) {
      for (let j = i < paired ? four : to; j < n; j++) values[rowStart(i, n) + j] = squaredDistance(x, d, i, j);
    }
  }
  return { n, values };
}

function squaredDistance(x: Float64Array, d: number, i: number, j: number): number {
  let sum = 0;
  for (let k = 0; k < d; k++) {
    const difference = x[i * d + k] - x[j * d + k];
    sum += difference * difference;
  }
  return sum;
}

/** The distances of the rows i and i + 1 to the rows j ... j + 3: the sums run side by side, and rows are read once. */
function eightDistances(
  x: Float64Array,
  d: number,
  i: number,
  j: number,
  out: Float64Array,
  start: number,
  nextStart: number,
): void {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let [t0, t1, t2, t3] = [0, 0, 0, 0];
  const row = i * d;
  const other = j * d;
  for (let k = 0; k < d; k++) {
    const a = x[row + k];
    const b = x[row + d + k];
    const y0 = x[other + k];
    s0 += (a - y0) * (a - y0);
    t0 += (b - y0) * (b - y0);
    const y1 = x[other + d + k];
    s1 += (a - y1) * (a - y1);
    t1 += (b - y1) * (b - y1);
    const y2 = x[other + 2 * d + k];
    s2 += (a - y2) * (a - y2);
    t2 += (b - y2) * (b - y2);
    const y3 = x[other + 3 * d + k];
    s3 += (a - y3) * (a - y3);
    t3 += (b - y3) * (b - y3);
  }
  out.set([s0, s1, s2, s3], start + j);
  out.set([t0, t1, t2, t3], nextStart + j);
}

/** |s_i - s_j|^2 of all pairs of patterns as spins: 4 times their Hamming distance, counted in bits. */
export function squaredSpinDistances({ bits }: PatternSet, kernels: Kernels = defaultKernels()): CondensedDistances {
  const n = bits.rows;
  const values = new Float64Array((n * (n - 1)) / 2);
  const operator = kernels.patternOperator({ patterns: bits, divisor: 1 });
  const overlaps = new Int32Array(BLOCK * n);
  for (let from = 0; from < n; from += BLOCK) {
    const rows = Math.min(BLOCK, n - from);
    const words = bits.words.subarray(from * bits.stride, (from + rows) * bits.stride);
    operator.overlaps({ ...bits, rows, words }, overlaps.subarray(0, rows * n));
    for (let r = 0; r < rows; r++) {
      const start = rowStart(from + r, n);
      for (let j = from + r + 1; j < n; j++) values[start + j] = 2 * (bits.columns - overlaps[r * n + j]);
    }
  }
  operator.dispose();
  return { n, values };
}
