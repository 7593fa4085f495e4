import { DataError, ShapeError } from "../errors.js";
import { sizesOf } from "../names.js";
import type { IdxArray } from "./idx.js";

/** Number of columns of the extended labels of QMNIST, the first of which is the class. */
const QMNIST_COLUMNS = 8;

/** What is labelled, in errors. */
export interface LabelledImages {
  /** Name of the labels; defaults to "labels". */
  readonly name?: string | undefined;
  /** Name of the file of images. */
  readonly images?: string | undefined;
}

/**
 * The class of each image, a whole number, from an array of labels of any type: one number an image in any shape; one-hot
 * rows, each with a single 1 among zeros; or the 8 columns of 32-bit integers of QMNIST, whose column 0 is the class (Yadav
 * and Bottou, Cold case: the lost MNIST digits, 2019; facebookresearch/qmnist, README, section 2.2).
 *
 * @param count number of images
 * @throws ShapeError if the array does not hold one class an image; DataError for a class that is not a 32-bit integer
 */
export function classesOf(labels: IdxArray, count: number, names: LabelledImages = {}): Int32Array {
  const { name = "labels" } = names;
  const columns = columnsOf(labels, count, names);
  const classOf =
    columns > 1 && isOneHot(labels, count, columns)
      ? (row: number) => labels.values.subarray(row * columns, (row + 1) * columns).indexOf(1)
      : (row: number) => labels.values[row * columns];
  return Int32Array.from({ length: count }, (_, row) => {
    const label = classOf(row);
    if ((label | 0) === label) return label;
    throw new DataError(`${name}[${row}] is ${label}; expected integers`);
  });
}

/** Number of values an image, of which the first, or the place of the only 1, is the class. */
function columnsOf(labels: IdxArray, count: number, { name = "labels", images }: LabelledImages): number {
  const { shape, values } = labels;
  const length = shape.reduce((product, size) => product * size, 1);
  if (length === count) return 1;
  if (shape[0] !== count) {
    const where = images === undefined ? "" : ` in ${images}`;
    throw new ShapeError(
      `${name} has ${shape[0]} entries but there are ${count} images${where}; use the labels of these images`,
    );
  }
  const columns = length / count;
  const isQmnist = values instanceof Int32Array && shape.length === 2 && columns === QMNIST_COLUMNS;
  if (isQmnist || isOneHot(labels, count, columns)) return columns;
  throw new ShapeError(
    `${name} has the shape ${sizesOf(shape)}; expected one number per image, one-hot rows, or the 8 columns of QMNIST`,
  );
}

function isOneHot({ values }: IdxArray, count: number, columns: number): boolean {
  for (let row = 0; row < count; row++) {
    let ones = 0;
    for (let c = 0; c < columns; c++) {
      const value = values[row * columns + c];
      if (value === 1) ones++;
      else if (value !== 0) return false;
    }
    if (ones !== 1) return false;
  }
  return true;
}
