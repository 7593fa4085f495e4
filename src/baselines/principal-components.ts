import { requireInteger } from "../errors.js";
import { covarianceOf } from "../math/covariance.js";
import { asData, type Data, type DataMatrix } from "../math/data-matrix.js";
import { type Matrix, matrix } from "../math/matrix.js";
import { symmetricEigen } from "../math/symmetric-eigen.js";
import { LinearFeatures } from "./linear-features.js";

/**
 * The directions of largest variance of data: orthonormal eigenvectors of the covariance, the rows of `directions`, each
 * with the sign that makes its largest entry positive. `transform` gives the coordinates of x - mean along them.
 */
export class PrincipalComponents extends LinearFeatures {
  /** Variance along each direction, lambda_1 >= lambda_2 >= ..., with n - 1 in the denominator. */
  readonly variances: Float64Array;
  /** Variance along each direction, as a fraction of the total variance of the data. */
  readonly explained: Float64Array;

  constructor(directions: Matrix, mean: Float64Array, variances: Float64Array, total: number) {
    super(directions, mean);
    this.variances = variances;
    this.explained = variances.map((variance) => (total > 0 ? variance / total : 0));
  }

  /** The points mean + sum_k y_k direction_k of the rows of coordinates y. */
  reconstruct(coordinates: Data): Matrix {
    const { rows, values } = asData("coordinates", coordinates, this.outputs);
    const points = matrix(rows, this.inputs);
    for (let r = 0; r < rows; r++) {
      const point = points.values.subarray(r * this.inputs, (r + 1) * this.inputs);
      point.set(this.centre);
      for (let k = 0; k < this.outputs; k++) {
        const y = values[r * this.outputs + k];
        for (let j = 0; j < this.inputs; j++) point[j] += y * this.directions.values[k * this.inputs + j];
      }
    }
    return points;
  }
}

/**
 * Principal components of data, by the eigenvectors of the covariance (Pearson, On lines and planes of closest fit to
 * systems of points in space, 1901; Hotelling, Analysis of a complex of statistical variables into principal
 * components, 1933). Directions of equal variance are an arbitrary orthonormal basis of their space.
 *
 * @param data at least two rows
 * @param count number of components, at most the number of columns; defaults to all
 * @throws ArgumentError for a count out of range or a single row, DataError for a value that is not finite
 */
export function principalComponents(data: Data, count?: number): PrincipalComponents {
  const table: DataMatrix = asData("data", data);
  const d = table.columns;
  requireInteger("rows of the data", table.rows, 2);
  const kept = count ?? d;
  requireInteger("count", kept, 1, d);
  const { mean, covariance } = covarianceOf(table);
  const { values, vectors } = symmetricEigen(covariance);
  const directions = matrix(kept, d);
  for (let k = 0; k < kept; k++) {
    for (let j = 0; j < d; j++) directions.values[k * d + j] = vectors.values[j * d + k];
  }
  const variances = values.map((variance) => Math.max(0, variance));
  const total = variances.reduce((sum, variance) => sum + variance, 0);
  return new PrincipalComponents(directions, mean, variances.slice(0, kept), total);
}
