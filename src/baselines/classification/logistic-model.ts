import { ShapeError } from "../../errors.js";
import { asData, type Data } from "../../math/data-matrix.js";
import { exp } from "../../math/elementary.js";
import { type Matrix, matrix } from "../../math/matrix.js";

/** The result of a fit. */
export interface LogisticRegressionFit {
  /** See `LbfgsResult`: "stalled" is as good as single precision allows, "iterations" is not yet converged. */
  readonly outcome: "converged" | "stalled" | "iterations";
  readonly iterations: number;
  readonly evaluations: number;
  /** Mean loss plus penalty. */
  readonly objective: number;
  /** The largest entry of its gradient. */
  readonly gradientNorm: number;
  readonly l2: number;
}

/** A softmax classifier, p(c | x) = softmax_c(x^T W + b). It computes in double precision. */
export class LogisticRegression {
  /** W, features x classes. */
  readonly weights: Matrix;
  /** b */
  readonly intercepts: Float64Array;
  /** How it was fitted. */
  readonly fit: LogisticRegressionFit;

  /** @throws ShapeError unless there is one intercept per class */
  constructor(weights: Matrix, intercepts: Float64Array, fit: LogisticRegressionFit) {
    if (intercepts.length !== weights.columns) {
      throw new ShapeError(`intercepts has ${intercepts.length} entries but weights has ${weights.columns} classes`);
    }
    this.weights = weights;
    this.intercepts = intercepts;
    this.fit = fit;
  }

  get classes(): number {
    return this.weights.columns;
  }

  /** x^T W + b of every row, rows x classes. */
  scores(features: Data): Matrix {
    const { weights, intercepts, classes } = this;
    const { rows, columns, values } = asData("features", features, weights.rows);
    const scores = matrix(rows, classes);
    for (let r = 0; r < rows; r++) {
      const row = scores.values.subarray(r * classes, (r + 1) * classes);
      row.set(intercepts);
      for (let j = 0; j < columns; j++) {
        const x = values[r * columns + j];
        if (x === 0) continue;
        for (let c = 0; c < classes; c++) row[c] += x * weights.values[j * classes + c];
      }
    }
    return scores;
  }

  /** p(c | x) of every row, rows x classes. */
  probabilities(features: Data): Matrix {
    const table = this.scores(features);
    for (let r = 0; r < table.rows; r++) {
      const row = table.values.subarray(r * this.classes, (r + 1) * this.classes);
      const highest = row[indexOfLargest(row)];
      let total = 0;
      for (let c = 0; c < row.length; c++) {
        row[c] = exp(row[c] - highest);
        total += row[c];
      }
      for (let c = 0; c < row.length; c++) row[c] /= total;
    }
    return table;
  }

  /** The most probable class of every row; ties go to the lowest class. */
  predict(features: Data): Uint32Array {
    const { rows, values } = this.scores(features);
    const { classes } = this;
    return Uint32Array.from({ length: rows }, (_, r) =>
      indexOfLargest(values.subarray(r * classes, (r + 1) * classes)),
    );
  }
}

function indexOfLargest(row: Float64Array): number {
  let largest = 0;
  for (let c = 1; c < row.length; c++) if (row[c] > row[largest]) largest = c;
  return largest;
}
