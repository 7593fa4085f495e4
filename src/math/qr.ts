import { ShapeError } from "../errors.js";
import { type Matrix, matrix, transpose } from "./matrix.js";
import { dot } from "./vector.js";

/** A = Q R of an m x n matrix, m >= n. */
export interface QrDecomposition {
  /** Q, m x n: orthonormal columns. */
  readonly q: Matrix;
  /** R, n x n: upper triangular, its diagonal not negative. */
  readonly r: Matrix;
}

/**
 * The thin QR decomposition by Householder reflections (Householder, Unitary triangularization of a nonsymmetric
 * matrix, 1958), with the signs chosen so that R has no negative diagonal entry: for linearly independent columns it is
 * then unique. The columns of Q are orthonormal to rounding, even where those of A are almost dependent. O(m n^2).
 *
 * @throws ShapeError for a matrix with fewer rows than columns
 */
export function qrDecomposition(a: Matrix): QrDecomposition {
  const { rows: m, columns: n } = a;
  if (m < n) throw new ShapeError(`the matrix is ${m} x ${n}; a thin QR decomposition needs as many rows as columns`);
  // Row k is column k of A: reflections run through memory in order.
  const work = transpose(a).values;
  const column = (k: number, from = 0) => work.subarray(k * m + from, (k + 1) * m);
  const r = matrix(n, n);
  const taus = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const v = column(k, k);
    const length = Math.sqrt(dot(v, v));
    const alpha = v[0] > 0 ? -length : length;
    r.values[k * n + k] = alpha;
    if (length > 0) {
      v[0] -= alpha;
      taus[k] = 2 / dot(v, v);
    }
    for (let j = k + 1; j < n && taus[k] > 0; j++) reflect(column(j, k), v, taus[k]);
    for (let j = k + 1; j < n; j++) r.values[k * n + j] = work[j * m + k];
  }
  const q = matrix(n, m);
  for (let k = n - 1; k >= 0; k--) {
    q.values[k * m + k] = 1;
    if (taus[k] === 0) continue;
    for (let j = k; j < n; j++) reflect(q.values.subarray(j * m + k, (j + 1) * m), column(k, k), taus[k]);
  }
  for (let k = 0; k < n; k++) {
    if (r.values[k * n + k] >= 0) continue;
    for (let j = k; j < n; j++) r.values[k * n + j] *= -1;
    for (let i = 0; i < m; i++) q.values[k * m + i] *= -1;
  }
  return { q: transpose(q), r };
}

/** x - tau (v . x) v */
function reflect(x: Float64Array, v: Float64Array, tau: number): void {
  const factor = tau * dot(x, v);
  for (let i = 0; i < v.length; i++) x[i] -= factor * v[i];
}
