import { ArgumentError, DataError, ShapeError } from "../../errors.js";
import { asMatrix, largestEntry, type Matrix, matrix } from "../../math/matrix.js";
import { PatternSet } from "../../patterns/index.js";

/** One real vector as a caller writes it. */
export type Vector = ArrayLike<number>;

/** One real vector or several; patterns count as vectors of -1 and +1, plain arrays as they stand (a 0 is a 0). */
export type Vectors = PatternSet | Matrix | Vector | ArrayLike<Vector>;

/** Takes what callers may pass as vectors of `size` entries, as the rows of a matrix: a copy. */
export function asVectors(name: string, given: Vectors, size: number): Matrix {
  if (given === null || typeof given !== "object") {
    throw new ArgumentError(`${name} is ${String(given)}; expected an array of numbers, several, or a PatternSet`);
  }
  const rows = given instanceof PatternSet ? Array.from({ length: given.count }, (_, r) => given.spins(r)) : given;
  const single = "length" in rows && typeof rows[0] === "number";
  const vectors = asMatrix(name, (single ? [rows] : rows) as Matrix | ArrayLike<Vector>);
  if (vectors.columns !== size) {
    throw new ShapeError(`${name} has ${vectors.columns} entries but the network has ${size} units there`);
  }
  return vectors;
}

/** Takes what callers may pass as one vector. */
export function asVector(name: string, given: PatternSet | Vector, size: number): Float64Array {
  const { rows, values } = asVectors(name, given, size);
  if (rows !== 1) throw new ShapeError(`${name} holds ${rows} vectors; expected one`);
  return values;
}

/** The rows of a, then those of b. */
export function stack(a: Matrix | undefined, b: Matrix): Matrix {
  if (a === undefined) return b;
  const values = new Float64Array(a.values.length + b.values.length);
  values.set(a.values);
  values.set(b.values, a.values.length);
  return matrix(a.rows + b.rows, b.columns, values);
}

/** Row r of a matrix; shares its values. */
export function rowOf({ columns, values }: Matrix, r: number): Float64Array {
  return values.subarray(r * columns, (r + 1) * columns);
}

/** A sum below this part of its terms is what rounding left of zero. */
const ROUNDING = 2 ** -44;

/**
 * x W, exactly zero where it is below 2^-44 max |w_ij| sum_i |x_i|: what cancels but for rounding is zero on every
 * machine, so that its sign is that of zero.
 *
 * @throws DataError where the sums leave the range of numbers
 */
export function excite(weights: Matrix, x: Float64Array): Float64Array {
  const excitation = new Float64Array(weights.columns);
  let length = 0;
  for (let i = 0; i < x.length; i++) {
    length += Math.abs(x[i]);
    const row = rowOf(weights, i);
    for (let j = 0; j < row.length; j++) excitation[j] += x[i] * row[j];
  }
  const margin = ROUNDING * largestEntry(weights) * length;
  for (let j = 0; j < excitation.length; j++) {
    if (!Number.isFinite(excitation[j])) {
      throw new DataError(
        `the excitation of output ${j} is ${excitation[j]}; expected inputs and weights of a size whose products are finite: scale them down`,
      );
    }
    if (Math.abs(excitation[j]) <= margin) excitation[j] = 0;
  }
  return excitation;
}

/** The row of `vectors` at the smallest Euclidean distance from x, the first of several. */
export function nearestRow(vectors: Matrix, x: Float64Array): { index: number; distance: number } {
  let index = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let r = 0; r < vectors.rows; r++) {
    const row = rowOf(vectors, r);
    let square = 0;
    for (let j = 0; j < row.length; j++) square += (row[j] - x[j]) ** 2;
    if (square < least) {
      least = square;
      index = r;
    }
  }
  return { index, distance: Math.sqrt(least) };
}
