import { ArgumentError, DataError, ShapeError } from "../errors.js";
import { square } from "./elementary.js";

/** A matrix of real numbers: entry (i, j) is `values[i * columns + j]`. */
export interface Matrix<Values extends Float64Array | Float32Array = Float64Array> {
  readonly rows: number;
  readonly columns: number;
  readonly values: Values;
}

/** A matrix of zeros, or one over the given values (not copied), row after row. */
export function matrix(rows: number, columns: number, values?: Float64Array): Matrix;
/** The same in single precision. */
export function matrix<Values extends Float64Array | Float32Array>(
  rows: number,
  columns: number,
  values: Values,
): Matrix<Values>;
export function matrix(
  rows: number,
  columns: number,
  values: Float64Array | Float32Array = new Float64Array(rows * columns),
): Matrix<Float64Array | Float32Array> {
  if (values.length !== rows * columns) {
    throw new ShapeError(`values has ${values.length} entries; ${rows} x ${columns} need ${rows * columns}`);
  }
  return { rows, columns, values };
}

/** The n x n matrix with ones on its diagonal. */
export function identityMatrix(n: number): Matrix {
  const unit = matrix(n, n);
  for (let i = 0; i < n; i++) unit.values[i * n + i] = 1;
  return unit;
}

/**
 * Copies a matrix as a caller may pass it, called `name` in messages: a `Matrix`, or its rows as plain or typed arrays.
 *
 * @throws ArgumentError for no rows, ShapeError where rows differ in length, DataError naming the first entry that is
 *   not finite
 */
export function asMatrix(name: string, given: Matrix | ArrayLike<ArrayLike<number>>): Matrix {
  const rows = isMatrix(given) ? rowsOf(given) : given;
  if (!(rows?.length > 0)) throw new ArgumentError(`${name} is empty; expected at least one row of numbers`);
  const columns = rows[0]?.length;
  if (!(columns > 0)) throw new ShapeError(`${name}[0] has no entries; expected an array of numbers`);
  const copy = matrix(rows.length, columns);
  for (let i = 0; i < rows.length; i++) {
    if (rows[i]?.length !== columns) {
      throw new ShapeError(`${name}[${i}] has ${rows[i]?.length ?? "no"} entries but ${name}[0] has ${columns}`);
    }
    for (let j = 0; j < columns; j++) {
      const value = rows[i][j];
      if (!Number.isFinite(value)) throw new DataError(`${name}[${i}][${j}] is ${value}; expected a finite number`);
      copy.values[i * columns + j] = value;
    }
  }
  return copy;
}

function isMatrix(given: Matrix | ArrayLike<ArrayLike<number>>): given is Matrix {
  return (given as Matrix | undefined)?.values instanceof Float64Array;
}

function rowsOf({ rows, columns, values }: Matrix): Float64Array[] {
  return Array.from({ length: rows }, (_, i) => values.subarray(i * columns, (i + 1) * columns));
}

/** A^T */
export function transpose({ rows, columns, values }: Matrix): Matrix {
  const transposed = matrix(columns, rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) transposed.values[j * rows + i] = values[i * columns + j];
  }
  return transposed;
}

/** A B */
export function product(a: Matrix, b: Matrix): Matrix {
  if (a.columns !== b.rows) {
    throw new ShapeError(`a ${a.rows} x ${a.columns} matrix cannot be multiplied by a ${b.rows} x ${b.columns} one`);
  }
  const out = matrix(a.rows, b.columns);
  for (let i = 0; i < a.rows; i++) {
    const row = out.values.subarray(i * b.columns, (i + 1) * b.columns);
    for (let k = 0; k < a.columns; k++) {
      const factor = a.values[i * a.columns + k];
      for (let j = 0; j < b.columns; j++) row[j] += factor * b.values[k * b.columns + j];
    }
  }
  return out;
}

/** A x, written to `out`. */
export function timesVector({ rows, columns, values }: Matrix, x: Float64Array, out: Float64Array): Float64Array {
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += values[i * columns + j] * x[j];
    out[i] = sum;
  }
  return out;
}

/** A^T y */
export function transposedTimesVector({ rows, columns, values }: Matrix, y: Float64Array): Float64Array {
  const out = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) out[j] += values[i * columns + j] * y[i];
  }
  return out;
}

/** max |a_ij| */
export function largestEntry({ values }: Matrix): number {
  let largest = 0;
  for (let k = 0; k < values.length; k++) largest = Math.max(largest, Math.abs(values[k]));
  return largest;
}

/** A power of two of the size of the largest entry, so that squares neither overflow nor underflow. */
export function powerOfTwoAbove(a: Matrix): number {
  const largest = largestEntry(a);
  let power = 1;
  while (power < largest && power < 2 ** 1022) power *= 2;
  while (power * 0.5 >= largest && power > 2 ** -1022) power *= 0.5;
  return power;
}

/** sum_ij (a_ij - b_ij)^2, the square of the Frobenius distance. */
export function squaredDistance(a: Matrix, b: Matrix): number {
  let sum = 0;
  for (let k = 0; k < a.values.length; k++) sum += square(a.values[k] - b.values[k]);
  return sum;
}

/** max |a_ij - b_ij| */
export function largestDifference(a: Matrix, b: Matrix): number {
  let largest = 0;
  for (let k = 0; k < a.values.length; k++) largest = Math.max(largest, Math.abs(a.values[k] - b.values[k]));
  return largest;
}
