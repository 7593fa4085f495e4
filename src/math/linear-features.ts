import { asData, type Data, type DataMatrix } from "./data-matrix.js";
import type { Matrix } from "./matrix.js";

/** What makes features of data, row by row. */
export interface FeatureMap {
  /** Values of a row of data. */
  readonly inputs: number;
  /** Features of a row. */
  readonly outputs: number;
  /** The features of every row, in single precision. */
  transform(data: Data): DataMatrix & { readonly values: Float32Array };
}

/** Linear features y = D (x - c): a direction is a row of D, outputs x inputs. */
export class LinearFeatures implements FeatureMap {
  readonly directions: Matrix;
  /** c */
  readonly centre: Float64Array;

  constructor(directions: Matrix, centre: Float64Array) {
    this.directions = directions;
    this.centre = centre;
  }

  get inputs(): number {
    return this.directions.columns;
  }

  get outputs(): number {
    return this.directions.rows;
  }

  /**
   * Sums run in double precision and are rounded at the end.
   *
   * @throws ShapeError for rows of another length, DataError for a value that is not finite
   */
  transform(data: Data): DataMatrix & { readonly values: Float32Array } {
    const { inputs, outputs, centre } = this;
    const { rows, values } = asData("data", data, inputs);
    const features = new Float32Array(rows * outputs);
    const x = new Float64Array(inputs);
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < inputs; j++) x[j] = values[r * inputs + j] - centre[j];
      multiply(this.directions, x, features.subarray(r * outputs, (r + 1) * outputs));
    }
    return { rows, columns: outputs, values: features };
  }
}

/** out = D x, four rows of D at a time, so that a value of x is read once for four sums. */
function multiply({ rows, columns, values: d }: Matrix, x: Float64Array, out: Float32Array): void {
  let i = 0;
  for (; i + 4 <= rows; i += 4) {
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    const at = i * columns;
    for (let j = 0; j < columns; j++) {
      const xj = x[j];
      s0 += d[at + j] * xj;
      s1 += d[at + columns + j] * xj;
      s2 += d[at + 2 * columns + j] * xj;
      s3 += d[at + 3 * columns + j] * xj;
    }
    out[i] = s0;
    out[i + 1] = s1;
    out[i + 2] = s2;
    out[i + 3] = s3;
  }
  for (; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += d[i * columns + j] * x[j];
    out[i] = sum;
  }
}
