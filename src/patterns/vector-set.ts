import { ArgumentError, DataError, requireInteger, ShapeError } from "../errors.js";
import { asMatrix, type Matrix, matrix } from "../math/matrix.js";
import { allFinite } from "../math/vector.js";
import { type PatternNotes, PatternSet } from "./pattern-set.js";

/** One real vector as a caller writes it. */
export type Vector = ArrayLike<number>;

/** One real vector or several; patterns count as vectors of -1 and +1, plain arrays as they are (a 0 is a 0). */
export type Vectors = AnyVectorSet | PatternSet | Matrix | Vector | ArrayLike<Vector>;

/** A set of real vectors in double or in single precision. */
export type AnyVectorSet = VectorSet | VectorSet<Float32Array>;

/**
 * p real vectors of n entries, with labels and the shape of their picture, as `PatternSet` for patterns; in double precision,
 * or in single precision, of which twice as many fit in memory.
 */
export class VectorSet<Values extends Float64Array | Float32Array = Float64Array> implements PatternNotes {
  /** The vectors, row by row. */
  readonly matrix: Matrix<Values>;
  readonly labels: readonly string[] | undefined;
  readonly shape: readonly [height: number, width: number] | undefined;

  /** Wraps a matrix, which must not change afterwards. */
  constructor(vectors: Matrix<Values>, { labels, shape }: PatternNotes = {}) {
    if (labels !== undefined && labels.length !== vectors.rows) {
      throw new ShapeError(`labels has ${labels.length} entries for ${vectors.rows} vectors; give one per vector`);
    }
    if (shape !== undefined && shape[0] * shape[1] !== vectors.columns) {
      throw new ShapeError(`shape ${shape[0]}x${shape[1]} does not hold ${vectors.columns} entries`);
    }
    this.matrix = vectors;
    this.labels = labels;
    this.shape = shape;
  }

  /** Number of vectors, p. */
  get count(): number {
    return this.matrix.rows;
  }

  /** Number of entries of a vector, n. */
  get units(): number {
    return this.matrix.columns;
  }

  /** Vector r: a view. */
  row(r: number): Values {
    requireInteger("vector index", r, 0, this.count - 1);
    return this.matrix.values.subarray(r * this.units, (r + 1) * this.units) as Values;
  }

  /** The vectors of the given rows, in the given order. */
  select(rows: ArrayLike<number>): VectorSet<Values> {
    if (rows.length === 0) throw new ArgumentError("rows is empty; select at least one vector");
    const values = this.#zeros(rows.length * this.units);
    for (let k = 0; k < rows.length; k++) values.set(this.row(rows[k]), k * this.units);
    const { labels, shape } = this;
    const kept = labels && Array.from(rows, (r) => labels[r]);
    return new VectorSet(matrix(rows.length, this.units, values), { labels: kept, shape });
  }

  /** These vectors followed by the others; labels are kept if both sets have them, the shape if both agree. */
  concat(other: VectorSet<Values>): VectorSet<Values> {
    if (other.units !== this.units) {
      throw new ShapeError(`vectors of ${other.units} entries cannot be appended to vectors of ${this.units}`);
    }
    const values = this.#zeros((this.count + other.count) * this.units);
    values.set(this.matrix.values);
    values.set(other.matrix.values, this.matrix.values.length);
    const sameShape = this.shape?.[0] === other.shape?.[0] && this.shape?.[1] === other.shape?.[1];
    return new VectorSet(matrix(this.count + other.count, this.units, values), {
      labels: this.labels && other.labels && [...this.labels, ...other.labels],
      shape: sameShape ? this.shape : undefined,
    });
  }

  #zeros(length: number): Values {
    return (this.matrix.values instanceof Float32Array ? new Float32Array(length) : new Float64Array(length)) as Values;
  }
}

/**
 * Copies vectors as a caller may pass them; a vector set is returned as it is.
 *
 * @throws ArgumentError, ShapeError or DataError unless they are vectors of `units` finite numbers
 */
export function asVectorSet(name: string, given: Vectors, units?: number): VectorSet {
  if (given === null || typeof given !== "object") {
    throw new ArgumentError(
      `${name} is ${String(given)}; expected an array of numbers, several vectors, or a PatternSet`,
    );
  }
  const set = given instanceof VectorSet ? doubles(given) : wrap(name, given);
  requireEntries(name, set, units);
  return set;
}

/**
 * The same in single precision, rounded to the nearest.
 *
 * @throws ArgumentError, ShapeError or DataError unless they are vectors of `units` numbers that single precision holds
 */
export function asSingleSet(name: string, given: Vectors, units?: number): VectorSet<Float32Array> {
  const isSingle = given instanceof VectorSet && given.matrix.values instanceof Float32Array;
  const set = isSingle ? (given as VectorSet<Float32Array>) : singles(name, asVectorSet(name, given));
  requireEntries(name, set, units);
  if (isSingle) requireFinite(name, set);
  return set;
}

function requireEntries(name: string, set: AnyVectorSet, units: number | undefined): void {
  if (units === undefined || set.units === units) return;
  throw new ShapeError(`${name} has ${set.units} entries but the network has ${units} units in this layer`);
}

function doubles(set: AnyVectorSet): VectorSet {
  const { rows, columns, values } = set.matrix;
  if (values instanceof Float64Array) return set as VectorSet;
  return new VectorSet(matrix(rows, columns, Float64Array.from(values)), set);
}

function singles(name: string, set: VectorSet): VectorSet<Float32Array> {
  const { rows, columns, values } = set.matrix;
  const rounded = new VectorSet(matrix(rows, columns, Float32Array.from(values)), set);
  requireFinite(name, rounded, values);
  return rounded;
}

/** `given` are the numbers before they were rounded. */
function requireFinite(name: string, set: VectorSet<Float32Array>, given: ArrayLike<number> = set.matrix.values): void {
  if (allFinite(set.matrix.values)) return;
  const bad = set.matrix.values.findIndex((value) => !Number.isFinite(value));
  const where = `${name}[${Math.floor(bad / set.units)}][${bad % set.units}]`;
  throw new DataError(`${where} is ${given[bad]}; expected a finite number, in single precision up to 3.4e38`);
}

/** Copies one vector as a caller may pass it. */
export function asVector(name: string, given: AnyVectorSet | PatternSet | Vector, units?: number): Float64Array {
  const set = asVectorSet(name, given, units);
  if (set.count !== 1) throw new ShapeError(`${name} holds ${set.count} vectors; expected one`);
  return set.matrix.values;
}

function wrap(name: string, given: Exclude<Vectors, AnyVectorSet>): VectorSet {
  if (given instanceof PatternSet) {
    const rows = Array.from({ length: given.count }, (_, r) => given.spins(r));
    return new VectorSet(asMatrix(name, rows), given);
  }
  const isOne = "length" in given && typeof given[0] === "number";
  return new VectorSet(asMatrix(name, (isOne ? [given] : given) as Matrix | ArrayLike<Vector>));
}
