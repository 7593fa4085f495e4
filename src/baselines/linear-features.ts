import { asData, type Data, type DataMatrix } from "../math/data-matrix.js";
import type { Matrix } from "../math/matrix.js";

/** Computes features of data, row by row. */
export interface FeatureMap {
  /** Number of values per row of data. */
  readonly inputs: number;
  /** Number of features per row. */
  readonly outputs: number;
  /** The features of every row, in single precision. */
  transform(data: Data): DataMatrix & { readonly values: Float32Array };
}

/** Rows that stay in the cache while the directions are read. */
const BLOCK = 32;

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
    const block = new Float64Array(BLOCK * inputs);
    for (let from = 0; from < rows; from += BLOCK) {
      const count = Math.min(BLOCK, rows - from);
      for (let r = 0, k = 0; r < count; r++) {
        for (let j = 0; j < inputs; j++, k++) block[k] = values[(from + r) * inputs + j] - centre[j];
      }
      multiply(block, count, this.directions, features.subarray(from * outputs, (from + count) * outputs));
    }
    return { rows, columns: outputs, values: features };
  }
}

/**
 * out = X D^T for `rows` rows of X, two of them and four directions at a time: each number that is read enters several
 * sums.
 */
function multiply(x: Float64Array, rows: number, directions: Matrix, out: Float32Array): void {
  const { rows: outputs, columns: d, values } = directions;
  const pairs = rows - (rows % 2);
  const fours = outputs - (outputs % 4);
  for (let i = 0; i < fours; i += 4) {
    for (let r = 0; r < pairs; r += 2) eightProducts(x, r * d, values, i * d, d, out, r * outputs + i, outputs);
  }
  for (let r = 0; r < rows; r++) {
    for (let i = r < pairs ? fours : 0; i < outputs; i++) {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += x[r * d + j] * values[i * d + j];
      out[r * outputs + i] = sum;
    }
  }
}

function eightProducts(
  x: Float64Array,
  row: number,
  y: Float64Array,
  direction: number,
  d: number,
  out: Float32Array,
  at: number,
  outputs: number,
): void {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let [t0, t1, t2, t3] = [0, 0, 0, 0];
  for (let j = 0; j < d; j++) {
    const a = x[row + j];
    const b = x[row + d + j];
    const y0 = y[direction + j];
    s0 += a * y0;
    t0 += b * y0;
    const y1 = y[direction + d + j];
    s1 += a * y1;
    t1 += b * y1;
    const y2 = y[direction + 2 * d + j];
    s2 += a * y2;
    t2 += b * y2;
    const y3 = y[direction + 3 * d + j];
    s3 += a * y3;
    t3 += b * y3;
  }
  out.set([s0, s1, s2, s3], at);
  out.set([t0, t1, t2, t3], at + outputs);
}
