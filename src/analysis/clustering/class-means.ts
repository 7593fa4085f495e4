import { ArgumentError, DataError, requireInteger, ShapeError } from "../../errors.js";
import { asData, type Data } from "../../math/data-matrix.js";
import { type Matrix, matrix } from "../../math/matrix.js";
import { PatternSet } from "../../patterns/index.js";

/**
 * The mean of the rows of every class or cluster, classes x columns: of data as they are, of patterns as spins.
 *
 * @param labels the class of every row, 0 ... classes - 1
 * @param classes the highest label and one more where it is left out
 * @throws ShapeError where labels and rows do not fit, DataError for a label that is none, ArgumentError for a class
 *   without rows
 */
export function classMeans(data: PatternSet | Data, labels: ArrayLike<number>, classes?: number): Matrix {
  const rows = data instanceof PatternSet ? data : asData("data", data);
  const count = rows instanceof PatternSet ? rows.count : rows.rows;
  const columns = rows instanceof PatternSet ? rows.units : rows.columns;
  const sizes = classSizes(labels, count, classes);
  const empty = sizes.indexOf(0);
  if (empty >= 0) {
    throw new ArgumentError(`class ${empty} of ${sizes.length} has no rows; a mean needs one: leave the class out`);
  }
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

/**
 * How many rows each class has.
 *
 * @throws as `classMeans` does for labels
 */
export function classSizes(labels: ArrayLike<number>, rows: number, classes?: number): Uint32Array {
  if (classes !== undefined) requireInteger("classes", classes, 1);
  if (labels?.length !== rows) {
    throw new ShapeError(`labels has ${labels?.length ?? "no"} entries for ${rows} rows; give one a row`);
  }
  let highest = 0;
  for (let r = 0; r < rows; r++) {
    const label = labels[r];
    if (!Number.isInteger(label) || label < 0 || label >= (classes ?? 2 ** 20)) {
      const range = classes === undefined ? "from 0" : `from 0 to ${classes - 1}`;
      throw new DataError(`labels[${r}] is ${label}; expected a whole number ${range}, the class of the row`);
    }
    if (label > highest) highest = label;
  }
  const sizes = new Uint32Array(classes ?? highest + 1);
  for (let r = 0; r < rows; r++) sizes[labels[r]]++;
  return sizes;
}
