import { DataError, internal, ShapeError } from "../errors.js";
import { identityMatrix, type Matrix, matrix, powerOfTwoAbove } from "./matrix.js";
import { dot } from "./vector.js";

/** A = V diag(lambda) V^T of a symmetric n x n matrix. */
export interface SymmetricEigen {
  /** lambda_1 >= ... >= lambda_n */
  readonly values: Float64Array;
  /** V, n x n: orthonormal eigenvectors as its columns, each with the sign that makes its largest entry positive. */
  readonly vectors: Matrix;
}

const EPSILON = 2 ** -52;
const MAX_ITERATIONS = 60;
/** How much a_ij and a_ji may differ, relative to the largest entry: as much as rounding explains. */
const ASYMMETRY = 1e-9;

/**
 * All eigenvalues and eigenvectors of a symmetric matrix: Householder reflections make it tridiagonal (Martin, Reinsch
 * and Wilkinson, Householder's tridiagonalization of a symmetric matrix, 1968), QL iterations with implicit shifts make
 * that diagonal (Dubrulle, Martin and Wilkinson, The implicit QL algorithm, 1968). O(n^3) with about 9 n^3 operations:
 * seconds at n = 1,000. Errors are of the order n 2^-52 times the largest |lambda|.
 *
 * a_ij and a_ji that differ by rounding are replaced by their mean.
 *
 * @throws ShapeError for a matrix that is not square, DataError for one that is not finite or not symmetric
 */
export function symmetricEigen(a: Matrix): SymmetricEigen {
  const n = a.rows;
  if (n !== a.columns) throw new ShapeError(`the matrix is ${n} x ${a.columns}; eigenvalues need a square one`);
  const scale = powerOfTwoAbove(a);
  const work = symmetrised(a, scale);
  const diagonal = new Float64Array(n);
  const beside = new Float64Array(n);
  // The rows of z become the eigenvectors: a rotation of two of them then runs through memory in order.
  const z = tridiagonalise(work, n, diagonal, beside);
  diagonalise(diagonal, beside, z, n);

  const order = Array.from(diagonal, (_, i) => i).sort((i, j) => diagonal[j] - diagonal[i] || i - j);
  const vectors = matrix(n, n);
  order.forEach((from, to) => {
    const sign = signOfLargest(z, from * n, n);
    for (let i = 0; i < n; i++) vectors.values[i * n + to] = sign * z[from * n + i];
  });
  return { values: Float64Array.from(order, (from) => diagonal[from] * scale), vectors };
}

function symmetrised({ rows: n, values }: Matrix, scale: number): Float64Array {
  const work = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const x = values[i * n + j] / scale;
      const y = values[j * n + i] / scale;
      if (!(Number.isFinite(x) && Number.isFinite(y))) {
        throw new DataError(`the matrix has ${values[i * n + j]} at [${i}][${j}]; expected finite numbers`);
      }
      if (Math.abs(x - y) > ASYMMETRY) {
        const found = `${values[i * n + j]} at [${i}][${j}] but ${values[j * n + i]} at [${j}][${i}]`;
        throw new DataError(`the matrix has ${found}; expected a symmetric one`);
      }
      work[i * n + j] = (x + y) / 2;
      work[j * n + i] = work[i * n + j];
    }
  }
  return work;
}

/**
 * Q^T A Q = T with the diagonal `diagonal` and `beside[k]` between k and k + 1, by reflections 1 - tau v v^T that clear
 * a row each; returns Q^T. `a` is overwritten, and keeps v of step k in row k right of the diagonal.
 */
function tridiagonalise(a: Float64Array, n: number, diagonal: Float64Array, beside: Float64Array): Float64Array {
  const taus = new Float64Array(n);
  const w = new Float64Array(n);
  for (let k = 0; k + 2 < n; k++) {
    const row = k * n;
    let below = 0;
    for (let j = k + 2; j < n; j++) below += a[row + j] * a[row + j];
    const head = a[row + k + 1];
    if (below === 0) {
      beside[k] = head;
      continue;
    }
    const alpha = head > 0 ? -Math.sqrt(head * head + below) : Math.sqrt(head * head + below);
    beside[k] = alpha;
    const first = head - alpha;
    a[row + k + 1] = first;
    const tau = 2 / (first * first + below);
    taus[k] = tau;
    reflectBothSides(a, n, k, tau, w);
  }
  for (let k = 0; k < n; k++) diagonal[k] = a[k * n + k];
  if (n > 1) beside[n - 2] = a[(n - 2) * n + n - 1];
  const z = identityMatrix(n).values;
  for (let k = n - 3; k >= 0; k--) {
    if (taus[k] === 0) continue;
    const v = a.subarray(k * n + k + 1, (k + 1) * n);
    for (let i = k + 1; i < n; i++) {
      const row = z.subarray(i * n + k + 1, (i + 1) * n);
      const factor = taus[k] * dot(row, v);
      for (let j = 0; j < v.length; j++) row[j] -= factor * v[j];
    }
  }
  return z;
}

/** B - v w^T - w v^T of the block B behind row k, with w = tau B v - (tau^2 v^T B v / 2) v. */
function reflectBothSides(a: Float64Array, n: number, k: number, tau: number, w: Float64Array): void {
  const from = k + 1;
  const v = a.subarray(k * n + from, k * n + n);
  const m = v.length;
  for (let i = 0; i < m; i++) w[i] = tau * dot(a.subarray((from + i) * n + from, (from + i + 1) * n), v);
  const half = (tau / 2) * dot(w.subarray(0, m), v);
  for (let i = 0; i < m; i++) w[i] -= half * v[i];
  for (let i = 0; i < m; i++) {
    const row = (from + i) * n + from;
    for (let j = 0; j < m; j++) a[row + j] -= v[i] * w[j] + w[i] * v[j];
  }
}

/**
 * Rotates neighbours, and the rows of z with them, until every off-diagonal entry is negligible beside the largest
 * entry. It is not compared with its own neighbours: in the null space of a matrix these are rounding errors
 * themselves, and the iteration would not end.
 */
function diagonalise(d: Float64Array, e: Float64Array, z: Float64Array, n: number): void {
  let size = 0;
  for (let i = 0; i < n; i++) size = Math.max(size, Math.abs(d[i]), Math.abs(e[i]));
  for (let l = 0; l < n; l++) {
    for (let iteration = 0; ; iteration++) {
      let m = l;
      while (m + 1 < n && Math.abs(e[m]) > EPSILON * size) m++;
      if (m === l) break;
      if (iteration === MAX_ITERATIONS) {
        throw internal(`eigenvalue ${l} of ${n} did not converge in ${MAX_ITERATIONS} iterations`);
      }
      chase(d, e, z, n, l, m);
    }
  }
}

/** One implicit QL step on rows l to m: the bulge that Wilkinson's shift makes at the bottom is chased to the top. */
function chase(d: Float64Array, e: Float64Array, z: Float64Array, n: number, l: number, m: number): void {
  const g0 = (d[l + 1] - d[l]) / (2 * e[l]);
  const r0 = Math.sqrt(g0 * g0 + 1);
  let g = d[m] - d[l] + e[l] / (g0 + (g0 < 0 ? -r0 : r0));
  let sine = 1;
  let cosine = 1;
  let p = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = sine * e[i];
    const b = cosine * e[i];
    const r = Math.sqrt(f * f + g * g);
    e[i + 1] = r;
    if (r === 0) {
      // The matrix splits here: the rest is for another step.
      d[i + 1] -= p;
      e[m] = 0;
      return;
    }
    sine = f / r;
    cosine = g / r;
    g = d[i + 1] - p;
    const t = (d[i] - g) * sine + 2 * cosine * b;
    p = sine * t;
    d[i + 1] = g + p;
    g = cosine * t - b;
    rotate(z, i * n, n, cosine, sine);
  }
  d[l] -= p;
  e[l] = g;
  e[m] = 0;
}

function rotate(z: Float64Array, at: number, n: number, cosine: number, sine: number): void {
  for (let j = at; j < at + n; j++) {
    const x = z[j];
    const y = z[j + n];
    z[j] = cosine * x - sine * y;
    z[j + n] = sine * x + cosine * y;
  }
}

function signOfLargest(z: Float64Array, at: number, n: number): 1 | -1 {
  let largest = at;
  for (let j = at; j < at + n; j++) if (Math.abs(z[j]) > Math.abs(z[largest])) largest = j;
  return z[largest] < 0 ? -1 : 1;
}
