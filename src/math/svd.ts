import { internal } from "../errors.js";
import { identityMatrix, type Matrix, matrix, powerOfTwoAbove, product, transpose } from "./matrix.js";

/**
 * A = U diag(sigma) V^T of an m x n matrix, with k = min(m, n) singular values. The singular vectors are orthonormal,
 * but those of a zero singular value may be zeros: they do not contribute to A.
 */
export interface SingularValueDecomposition {
  /** U, m x k: the left singular vectors are its columns. */
  readonly left: Matrix;
  /** sigma_1 >= ... >= sigma_k >= 0 */
  readonly values: Float64Array;
  /** V^T, k x n: the right singular vectors are its rows. */
  readonly right: Matrix;
}

const EPSILON = 2 ** -52;
const MAX_SWEEPS = 60;

/**
 * Singular values by one-sided Jacobi rotations (Hestenes, Inversion of matrices by biorthogonalization and related
 * results, 1958; Demmel and Veselic, Jacobi's method is more accurate than QR, 1992): the rows of a wide matrix are
 * rotated in pairs until all of them are orthogonal; their lengths are then the singular values. A tall matrix is
 * transposed first. O(k^2 max(m, n)) per sweep, and a few sweeps: for matrices of up to some hundred rows.
 *
 * Values below 2^-52 sigma_1 are returned as zero.
 */
export function singularValues(a: Matrix): SingularValueDecomposition {
  if (a.rows > a.columns) {
    const { left, values, right } = singularValues(transpose(a));
    return { left: transpose(right), values, right: transpose(left) };
  }
  const scale = powerOfTwoAbove(a);
  const k = a.rows;
  const n = a.columns;
  const b = a.values.map((value) => value / scale);
  const rotations = identityMatrix(k).values;
  orthogonaliseRows(b, rotations, k, n);

  const lengths = Array.from({ length: k }, (_, i) => Math.sqrt(dot(b, i, i, n)));
  const order = lengths.map((_, i) => i).sort((i, j) => lengths[j] - lengths[i] || i - j);
  const values = new Float64Array(k);
  const left = matrix(k, k);
  const right = matrix(k, n);
  order.forEach((from, to) => {
    for (let j = 0; j < k; j++) left.values[j * k + to] = rotations[from * k + j];
    const length = lengths[from];
    if (!(length > EPSILON * lengths[order[0]])) return;
    values[to] = length * scale;
    for (let j = 0; j < n; j++) right.values[to * n + j] = b[from * n + j] / length;
  });
  return { left, values, right };
}

/** Rotates pairs of rows of b, and the same rows of `rotations`, until the products of any two rows are negligible. */
function orthogonaliseRows(b: Float64Array, rotations: Float64Array, k: number, n: number): void {
  let total = 0;
  for (let i = 0; i < k; i++) total += dot(b, i, i, n);
  const negligible = total * EPSILON * EPSILON;
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    let rotated = false;
    for (let p = 0; p < k; p++) {
      for (let q = p + 1; q < k; q++) {
        const alpha = dot(b, p, p, n);
        const beta = dot(b, q, q, n);
        const gamma = dot(b, p, q, n);
        if (alpha <= negligible || beta <= negligible) continue;
        if (Math.abs(gamma) <= EPSILON * Math.sqrt(n) * Math.sqrt(alpha) * Math.sqrt(beta)) continue;
        rotated = true;
        // The smaller root of t^2 + 2 zeta t = 1 is the tangent of the rotation that makes the rows orthogonal.
        const zeta = (beta - alpha) / (2 * gamma);
        const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
        const cosine = 1 / Math.sqrt(1 + t * t);
        rotate(b, p, q, n, cosine, cosine * t);
        rotate(rotations, p, q, k, cosine, cosine * t);
      }
    }
    if (!rotated) return;
  }
  throw internal(`the singular values of ${k} rows did not converge in ${MAX_SWEEPS} sweeps`);
}

function dot(b: Float64Array, p: number, q: number, n: number): number {
  let sum = 0;
  for (let j = 0; j < n; j++) sum += b[p * n + j] * b[q * n + j];
  return sum;
}

function rotate(b: Float64Array, p: number, q: number, n: number, cosine: number, sine: number): void {
  for (let j = 0; j < n; j++) {
    const x = b[p * n + j];
    const y = b[q * n + j];
    b[p * n + j] = cosine * x - sine * y;
    b[q * n + j] = sine * x + cosine * y;
  }
}

/** X^+ and the rank that it takes X to have. */
export interface PseudoinverseResult {
  /** X^+, n x p for a p x n matrix X. */
  readonly inverse: Matrix;
  /** Number of singular values that count as nonzero. */
  readonly rank: number;
}

/**
 * The pseudoinverse X^+ = V diag(1 / sigma) U^T of any matrix: the one with X X^+ X = X, X^+ X X^+ = X^+, and X X^+ and
 * X^+ X symmetric (Penrose, A generalized inverse for matrices, 1955, theorem 1). Singular values of up to `tolerance`
 * sigma_1 count as zero; it defaults to max(p, n) 2^-52.
 */
export function moorePenrose(x: Matrix, tolerance = Math.max(x.rows, x.columns) * EPSILON): PseudoinverseResult {
  const { left, values, right } = singularValues(x);
  let rank = 0;
  while (rank < values.length && values[rank] > tolerance * values[0]) rank++;
  const scaled = matrix(x.columns, rank);
  for (let j = 0; j < rank; j++) {
    for (let i = 0; i < x.columns; i++) {
      scaled.values[i * rank + j] = right.values[j * x.columns + i] / values[j];
    }
  }
  const transposed = matrix(rank, x.rows);
  for (let j = 0; j < rank; j++) {
    for (let i = 0; i < x.rows; i++) transposed.values[j * x.rows + i] = left.values[i * left.columns + j];
  }
  return { inverse: product(scaled, transposed), rank };
}
