import { asData, type Data } from "../../math/data-matrix.js";
import { type Matrix, matrix } from "../../math/matrix.js";
import { PatternSet } from "../../patterns/index.js";
import { filledClassSizes } from "../labels.js";

/**
 * The mean of the rows of every class or cluster, classes x columns: of data as they are, of patterns as spins.
 *
 * @param labels the class of every row, 0 ... classes - 1
 * @param classes number of classes; defaults to the highest label plus 1
 * @throws ShapeError where labels and rows do not fit, DataError for an invalid label, ArgumentError for a class
 *   without rows
 */
export function classMeans(data: PatternSet | Data, labels: ArrayLike<number>, classes?: number): Matrix {
  const rows = data instanceof PatternSet ? data : asData("data", data);
  const count = rows instanceof PatternSet ? rows.count : rows.rows;
  const columns = rows instanceof PatternSet ? rows.units : rows.columns;
  const sizes = filledClassSizes(labels, count, classes, "a mean");
  const means = matrix(sizes.length, columns);
  for (let r = 0; r < count; r++) {
    const mean = means.values.subarray(labels[r] * columns, (labels[r] + 1) * columns);
    if (rows instanceof PatternSet) {
      const { words, stride } = rows.bits;
      for (let j = 0; j < columns; j++) mean[j] += ((words[r * stride + (j >>> 5)] >>> (j & 31)) & 1) * 2 - 1;
    } else for (let j = 0; j < columns; j++) mean[j] += rows.values[r * columns + j];
  }
  for (let k = 0; k < means.values.length; k++) means.values[k] /= sizes[Math.floor(k / columns)];
  return means;
}
