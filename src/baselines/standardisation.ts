import { asData, columnMeans, type Data, type DataMatrix } from "../math/data-matrix.js";
import type { FeatureMap } from "./linear-features.js";

/** Subtracts the mean of each column and divides by its standard deviation; constant columns become zero. */
export class Standardisation implements FeatureMap {
  readonly means: Float64Array;
  /** The square roots of the mean squared deviations. */
  readonly deviations: Float64Array;

  constructor(means: Float64Array, deviations: Float64Array) {
    this.means = means;
    this.deviations = deviations;
  }

  get inputs(): number {
    return this.means.length;
  }

  get outputs(): number {
    return this.means.length;
  }

  /** @throws ShapeError for rows of another length, DataError for a value that is not finite */
  transform(data: Data): DataMatrix & { readonly values: Float32Array } {
    const { means, deviations } = this;
    const d = means.length;
    const { rows, values } = asData("data", data, d);
    const scaled = new Float32Array(rows * d);
    for (let r = 0, k = 0; r < rows; r++) {
      for (let j = 0; j < d; j++, k++) if (deviations[j] > 0) scaled[k] = (values[k] - means[j]) / deviations[j];
    }
    return { rows, columns: d, values: scaled };
  }
}

/**
 * The standardisation that gives every column of these data the mean 0 and the variance 1.
 *
 * @throws ArgumentError for no rows, DataError for a value that is not finite
 */
export function standardisation(data: Data): Standardisation {
  const table = asData("data", data);
  const { rows, columns, values } = table;
  const means = columnMeans(table);
  const squares = new Float64Array(columns);
  for (let r = 0, k = 0; r < rows; r++) {
    for (let j = 0; j < columns; j++, k++) squares[j] += (values[k] - means[j]) * (values[k] - means[j]);
  }
  // A deviation as small as the rounding of the mean counts as 0: the column is constant.
  const deviations = squares.map((sum, j) => {
    const deviation = Math.sqrt(sum / rows);
    return deviation > 2 ** -48 * Math.abs(means[j]) ? deviation : 0;
  });
  return new Standardisation(means, deviations);
}
