import type { Disposes } from "../disposing.js";
import type { BitMatrix } from "../math/bits.js";
import { requireMagnitude } from "../math/grid.js";
import type { Matrix } from "../math/matrix.js";
import type { Scaled } from "../math/scaled.js";
import type { VectorScreen } from "./vector-screen.js";
import type { Comparison, VectorOperator, VectorUse } from "./vectors.js";

/**
 * The few hot loops of Engram behind one interface. Each backend gives the same bits for the same arguments: sums of
 * whole numbers are exact, and sums of fractions run over terms on a common grid (see `math/grid.ts`), which makes them
 * exact too, so that neither the order of the terms nor the width of a register affects a result.
 */
export interface Kernels {
  readonly name: "reference" | "wasm" | "native";
  /** The operator of couplings stored as patterns. The patterns are copied. */
  patternOperator(description: PatternOperatorDescription): PatternOperator;
  /** The operator of patterns whose overlaps a separation function separates. Patterns and tables are copied. */
  separationOperator(description: SeparationDescription): SeparationOperator;
  /** The operator of couplings stored as a matrix. The matrix is copied. */
  denseOperator(weights: Float64Array, units: number): FieldOperator;
  /**
   * The operator of couplings stored as sparse rows, which are copied. The weights are on a grid on which the sum of every row
   * is exact.
   */
  sparseOperator(rows: SparseRows, units: number): FieldOperator;
  /** The operator of real vectors, or of some rows of them. They are not copied and must not change. */
  vectorOperator(vectors: Matrix<Float32Array>, use?: VectorUse): VectorOperator;
  /** The screen of real vectors, which are not kept. */
  vectorScreen(vectors: Matrix<Float32Array>, comparison: Comparison): VectorScreen;
  /**
   * The projector on the span of the rows of `patterns`, or the first of them that is not independent of those before it.
   * `known` is that of the first rows, if it was computed before; it is left as it is.
   */
  projector(patterns: BitMatrix, known?: Projector): Projector | Dependence;
}

/**
 * W = X^T A X with A = (X X^T)^-1 = T^T T, for p patterns of n units, the rows of X. The rows of T make the patterns
 * orthonormal: q_k = sum_mu T_k,mu xi_mu with q_k . q_l = delta_kl. A new pattern adds one row and one term, O(p^2), and every
 * sum runs in the same order whether it is added or all are learned at once. Row k of a triangle, k + 1 numbers, begins at
 * k (k + 1) / 2.
 */
export interface Projector {
  readonly patterns: number;
  /** The lower triangle of the Gram matrix X X^T. */
  readonly gram: Int32Array;
  /** T, a lower triangle. */
  readonly basis: Float64Array;
  /** A, p x p. */
  readonly middle: Float64Array;
  /** W_ii = sum_k q_k,i^2, n values. */
  readonly diagonal: Float64Array;
}

/** A pattern that is a linear combination of those before it. */
export interface Dependence {
  /** Its row, k. */
  readonly dependent: number;
  /** The coefficients of the patterns up to it, z_k = 1, whose sum is nearly 0. */
  readonly combination: Float64Array;
  /** Its products xi_mu . xi_k with the patterns up to it. */
  readonly products: Int32Array;
}

/** A pattern whose squared distance from the span of the others is below this fraction of n counts as dependent. */
export const DEPENDENT = 1e-9;

/**
 * W = X^T A X / divisor - diag(diagonal), over p patterns of n units, the rows of X.
 *
 * - Without `middle`, A is the identity (Hebb) and every inner sum is a sum of whole numbers.
 * - With `middle`, A is that symmetric p x p matrix, row-major (projection); n times the sum of its magnitudes is at most
 *   2^898, so that A X s has a grid, in a walk too.
 */
export interface PatternOperatorDescription {
  readonly patterns: BitMatrix;
  readonly middle?: Float64Array;
  readonly divisor: number;
  /** n values subtracted from the diagonal of X^T A X before the division; default to zeros. */
  readonly diagonal?: Float64Array;
}

/** Compressed sparse rows: row i has the entries starts[i] ... starts[i + 1] - 1. */
export interface SparseRows {
  /** n + 1 numbers that never decrease, from 0 to the number of entries. */
  readonly starts: Uint32Array;
  /** The unit that each entry couples from; ascending in each row. */
  readonly columns: Uint32Array;
  readonly weights: Float64Array;
}

/**
 * Fields of an energy -sum_mu F(o_mu) / divisor' with the overlaps o = X s of p patterns, the rows of X (Krotov and Hopfield,
 * Dense associative memory for pattern recognition, 2016). A flip of unit i changes an overlap by 2 xi_mu,i s_i, so that with
 * G[r] = F(r + 1) - F(r - 1), a(o) = G[o + 1] + G[o - 1] and b(o) = G[o + 1] - G[o - 1]
 *
 *   h_i = (E(s_i = -1) - E(s_i = +1)) / 2 = (sum_mu a(o_mu) xi_mu,i - s_i sum_mu b(o_mu)) / (4 divisor').
 *
 * Overlaps have the parity of n: entry k of a table is that of o = 2 k - n, k = 0 ... n. Its numbers are a and b times
 * 2^-exponent, the larger of them from 1 to 2 in magnitude, so that F may exceed the range of float64; where both are 0 the
 * exponent is LOWEST_EXPONENT of `math/scaled.ts`. The coefficients of a state are a and b times
 * 2^-e for its largest exponent e, rounded to the grid of their sum of magnitudes; fields are then exact sums, to be multiplied
 * by 2^e, or by 2^-900 where e is below -900.
 */
export interface SeparationDescription {
  readonly patterns: BitMatrix;
  readonly votes: Float64Array;
  readonly selves: Float64Array;
  readonly exponents: Int32Array;
  /** 4 divisor' */
  readonly divisor: number;
  /** F of the entries is values 2^valueExponents, in the same form. */
  readonly values: Float64Array;
  readonly valueExponents: Int32Array;
}

/** The power of two below which fields are not distinguished by size. */
export const LEAST_EXPONENT = -900;
/**
 * Coefficients smaller than the largest by more powers of two than these are 0 on any grid that holds the largest: the unit of
 * a grid is at least 2^-51 of the magnitude, which is at least 1.
 */
export const NEGLIGIBLE = 60;

/** A map from states to fields; with couplings h = W s. */
export interface FieldOperator extends Disposes {
  readonly units: number;
  /** out[r * n + i] = h_i of row r of `states`. */
  fields(states: BitMatrix, out: Float64Array): void;
  /** One synchronous step of every row: out = sgn(h - thresholds), sgn(0) = +1. `out` may be `states`. */
  step(states: BitMatrix, thresholds: Float64Array, out: BitMatrix): void;
  /** Starts a run that updates one unit at a time from the one-row matrix `state`, which is copied. */
  walk(state: BitMatrix): OperatorWalk;
  /** Releases memory of the backend now, not when it is garbage-collected; the operator cannot be used afterwards. */
  dispose(): void;
}

/** A field operator over patterns that also gives X s. */
export interface PatternOperator extends FieldOperator {
  readonly patterns: number;
  /** out[r * p + mu] = sum_i xi_mu,i s_r,i, a whole number from -n to n. */
  overlaps(states: BitMatrix, out: Int32Array): void;
}

/** A pattern operator with a separation function. */
export interface SeparationOperator extends PatternOperator {
  /** Evaluates states, few enough that their overlaps are held at once, while `use` runs. */
  evaluate<T>(states: BitMatrix, use: (evaluated: SeparatedStates) => T): T;
}

/** States whose overlaps are computed once, for all that is asked of them. */
export interface SeparatedStates {
  fields(out: Float64Array): void;
  step(thresholds: Float64Array, out: BitMatrix): void;
  /** sum_mu F(o_mu) of row r, where terms below 2^-1000 of the largest are 0. */
  sum(r: number): Scaled;
  /** The first pattern with the largest overlap. */
  nearest(r: number): NearestProduct;
  /** A copy of the overlaps of row r. */
  overlaps(r: number): Int32Array;
}

/** A pattern and its product xi . s with a state. */
export interface NearestProduct {
  readonly index: number;
  readonly product: number;
}

/** A state under one-unit updates. */
export interface OperatorWalk extends Disposes {
  /** h_i of the state as it stands. */
  field(unit: number): number;
  /**
   * Visits the units of `order` one after the other: unit i becomes +1 where h_i > thresholds[i], -1 where
   * h_i < thresholds[i], and keeps its state where they are equal. With `noise`, the k-th visit compares with
   * thresholds[i] + noise[k] (heat-bath updates). Returns the number of units that changed.
   */
  visit(order: Uint32Array, thresholds: Float64Array, noise?: Float64Array): number;
  /** Copies the state into the one-row matrix `out`. */
  read(out: BitMatrix): void;
  dispose(): void;
}

/**
 * Fields computed from fractions count as equal to a threshold when they differ by less than this, 2^-33: far above the
 * rounding of the arithmetic, far below any field that matters. A unit with zero field then keeps its state on every
 * machine. Fields computed from whole numbers alone are compared exactly.
 */
export const tie = 2 ** -33;

/** Throws a DataError if the middle of an operator over patterns is too large. */
export function requireMiddle(patterns: BitMatrix, middle: Float64Array | undefined): void {
  if (middle === undefined) return;
  let sum = 0;
  for (const a of middle) sum += Math.abs(a);
  requireMagnitude(4 * patterns.columns * sum);
}
