import { ArgumentError, ShapeError } from "../../errors.js";
import type { BitMatrix } from "../../math/bits.js";
import { bitMatrix } from "../../math/bits.js";
import { asMatrix, type Matrix, matrix } from "../../math/matrix.js";
import { isPairs } from "../../memories/items.js";
import { PatternSet } from "../../patterns/pattern-set.js";
import { VectorSet } from "../../patterns/vector-set.js";

/*
 * Cues packed for a worker thread, for a memory of any kind: sets as their bits or numbers, plain arrays as they are, and
 * pairs as two sides.
 */

/** Packed cues of one side. */
type Side =
  | { readonly bits: BitMatrix }
  | { readonly numbers: Matrix }
  | { readonly rows: readonly ArrayLike<number>[] };

/** Packed cues of two sides, of which one may be missing. */
interface Sides {
  readonly left?: Side;
  readonly right?: Side;
}

/** Packed cues: of one side or of two. */
export type PackedCues = Side | Sides;

/** Packs cues: a set, an array, arrays, or sides of these. @throws ArgumentError for anything else */
export function packCues(cues: unknown): PackedCues {
  if (!isPairs(cues)) return packSide("cues", cues);
  const { left, right } = cues as { readonly left?: unknown; readonly right?: unknown };
  const packed = {
    ...(left === undefined ? {} : { left: packSide("left", left) }),
    ...(right === undefined ? {} : { right: packSide("right", right) }),
  };
  const counts = Object.values(packed).map(countOfSide);
  if (counts.length === 2 && counts[0] !== counts[1]) {
    throw new ShapeError(`right has ${counts[1]} cues for ${counts[0]} on the left; give the same number`);
  }
  return packed;
}

function packSide(name: string, given: unknown): Side {
  if (given instanceof PatternSet) return { bits: given.bits };
  if (given instanceof VectorSet) return { numbers: given.matrix };
  if ((given as Partial<Matrix> | null)?.values instanceof Float64Array)
    return { numbers: asMatrix(name, given as Matrix) };
  if (given === null || typeof given !== "object" || !("length" in given)) {
    throw new ArgumentError(`${name} is ${String(given)}; expected a set of patterns or vectors, or arrays of numbers`);
  }
  const rows = given as ArrayLike<number> | ArrayLike<ArrayLike<number>>;
  if (rows.length === 0) throw new ShapeError(`${name} is empty; give at least one cue`);
  const isOne = typeof rows[0] === "number";
  return { rows: isOne ? [rows as ArrayLike<number>] : Array.from(rows as ArrayLike<ArrayLike<number>>) };
}

/** Number of cues. */
export function countOfCues(cues: PackedCues): number {
  if (!isSides(cues)) return countOfSide(cues);
  const side = cues.left ?? cues.right;
  return side === undefined ? 0 : countOfSide(side);
}

/** The cues from `first` up to, not including, `last`. */
export function sliceCues(cues: PackedCues, first: number, last: number): PackedCues {
  if (!isSides(cues)) return sliceSide(cues, first, last);
  const { left, right } = cues;
  return {
    ...(left && { left: sliceSide(left, first, last) }),
    ...(right && { right: sliceSide(right, first, last) }),
  };
}

/** Cue k, as `recall` takes it. */
export function cueAt(cues: PackedCues, k: number): unknown {
  if (!isSides(cues)) return rowOf(cues, k);
  const { left, right } = cues;
  return { ...(left && { left: rowOf(left, k) }), ...(right && { right: rowOf(right, k) }) };
}

/** All cues, as `recallMany` takes them. */
export function cuesOf(cues: PackedCues): unknown {
  if (!isSides(cues)) return setOf(cues);
  const { left, right } = cues;
  return { ...(left && { left: setOf(left) }), ...(right && { right: setOf(right) }) };
}

function setOf(side: Side): unknown {
  if ("rows" in side) return side.rows;
  return "bits" in side ? new PatternSet(side.bits) : new VectorSet(side.numbers);
}

function isSides(cues: PackedCues): cues is Sides {
  return !("bits" in cues || "numbers" in cues || "rows" in cues);
}

function countOfSide(side: Side): number {
  if ("bits" in side) return side.bits.rows;
  return "numbers" in side ? side.numbers.rows : side.rows.length;
}

function sliceSide(side: Side, first: number, last: number): Side {
  if ("rows" in side) return { rows: side.rows.slice(first, last) };
  if ("bits" in side) {
    const { columns, stride, words } = side.bits;
    return { bits: bitMatrix(last - first, columns, words.slice(first * stride, last * stride)) };
  }
  const { columns, values } = side.numbers;
  return { numbers: matrix(last - first, columns, values.slice(first * columns, last * columns)) };
}

function rowOf(side: Side, k: number): unknown {
  const row = sliceSide(side, k, k + 1);
  return "rows" in row ? row.rows[0] : setOf(row);
}
