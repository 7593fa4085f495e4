import { columnMeans, type DataMatrix } from "./data-matrix.js";
import { type Matrix, matrix } from "./matrix.js";

/** Mean and covariance of data. */
export interface Covariance {
  readonly mean: Float64Array;
  /** C = 1/(n - 1) sum_r (x_r - mean)(x_r - mean)^T */
  readonly covariance: Matrix;
}

/** A mean of this many standard deviations is subtracted from the data first: its square would swamp the covariance. */
const FAR = 100;

/**
 * Covariance of the columns of data with at least two rows, in double precision. Zeros cost little: x x^T is summed
 * over the data as they are, and n mean mean^T is subtracted. Only columns whose mean is many standard deviations from
 * zero are shifted first. The order of the sums is fixed.
 */
export function covarianceOf(data: DataMatrix): Covariance {
  const { rows: n, columns: d, values } = data;
  const mean = columnMeans(data);
  const shift = shiftsOf(data, mean);
  const sums = new Float64Array(d * d);
  const group = [0, 1, 2, 3].map(() => new Float64Array(d));
  for (let r = 0; r < n; r += 4) {
    for (let k = 0; k < 4; k++) {
      if (r + k >= n) group[k].fill(0);
      else for (let j = 0; j < d; j++) group[k][j] = values[(r + k) * d + j] - shift[j];
    }
    addProducts(group, sums);
  }
  const covariance = matrix(d, d);
  for (let i = 0; i < d; i++) {
    for (let j = i; j < d; j++) {
      const product = n * (mean[i] - shift[i]) * (mean[j] - shift[j]);
      const entry = (sums[i * d + j] - product) / (n - 1);
      covariance.values[i * d + j] = entry;
      covariance.values[j * d + i] = entry;
    }
    // A constant column has variance 0; rounding must not make it negative.
    covariance.values[i * d + i] = Math.max(0, covariance.values[i * d + i]);
  }
  return { mean, covariance };
}

function shiftsOf({ rows, columns, values }: DataMatrix, mean: Float64Array): Float64Array {
  const squares = new Float64Array(columns);
  for (let r = 0, k = 0; r < rows; r++) {
    for (let j = 0; j < columns; j++, k++) squares[j] += (values[k] - mean[j]) * (values[k] - mean[j]);
  }
  return mean.map((m, j) => (m * m * rows > FAR * FAR * squares[j] ? m : 0));
}

/** Adds x x^T of four rows to the upper half of `out`: four products for every number that is read and written. */
function addProducts([a, b, c, e]: readonly Float64Array[], out: Float64Array): void {
  const d = a.length;
  for (let i = 0; i < d; i++) {
    const [ai, bi, ci, ei] = [a[i], b[i], c[i], e[i]];
    if (ai === 0 && bi === 0 && ci === 0 && ei === 0) continue;
    const row = i * d;
    for (let j = i; j < d; j++) out[row + j] += ai * a[j] + bi * b[j] + ci * c[j] + ei * e[j];
  }
}
