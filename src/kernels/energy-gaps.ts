import { internal } from "../errors.js";
import { pow } from "../math/elementary.js";
import { requireLength } from "./workspace-checks.js";

/*
 * The operations of dense associative memories in a workspace (Krotov and Hopfield 2016): differences of rectified powers,
 * F(x) = x^power for x above 2^(-126 / power), where the power is a normal number in single precision, and 0 below.
 */

/** Overlaps of rows with memories, and how they change where each class is on. */
export interface PowerDifferences {
  readonly rows: number;
  /** Number of memories. */
  readonly columns: number;
  readonly classes: number;
  /** A whole number of at least 2. */
  readonly power: number;
  /** Where all classes are off, rows x columns. */
  readonly overlaps: Float32Array;
  /** Added to the overlaps where a class is on, classes x columns. */
  readonly shifts: Float32Array;
}

/**
 * out[r, c] = sum_k F(x_rk + s_ck) - F(x_rk). Numbers k mod 16 are added up apart, in ascending order and single precision, and
 * their sums in double precision.
 */
export interface EnergyGaps extends PowerDifferences {
  /** rows x classes. */
  readonly out: Float64Array;
}

/** The derivatives of sum_rc w_rc out[r, c] / power, with f(x) = x^(power - 1) where F is not 0. Weights of 0 are skipped. */
export interface GapGradients extends PowerDifferences {
  /** w, rows x classes. */
  readonly weights: Float32Array;
  /** By the overlaps, rows x columns: sum_c w_rc f(x_rk + s_ck), minus (sum_c w_rc) f(x_rk). */
  readonly out: Float32Array;
  /** By the shifts, classes x columns: sum_r w_rc f(x_rk + s_ck). */
  readonly shiftGradients: Float32Array;
}

/**
 * velocity = keep velocity + gain gradient; value += rate velocity / max |velocity|, with the largest of its column; values stay
 * within [-1, 1]. A column whose velocities are all below 2^-126 stays as it is.
 */
export interface ColumnAscent {
  readonly rows: number;
  readonly columns: number;
  /** rows x columns, as velocity and gradient. */
  readonly values: Float32Array;
  readonly velocity: Float32Array;
  readonly gradient: Float32Array;
  readonly keep: number;
  readonly gain: number;
  readonly rate: number;
}

/** Number of sums of a row that are added up apart. */
export const SUMS = 16;

/** The scratch of a thread has room for the sums of this number of classes. */
export const MOST_CLASSES = 4096;

/** The smallest number whose power is a normal number in single precision. */
export function leastOf(power: number): number {
  return Math.fround(pow(2, -126 / power));
}

/** x^exponent in single precision by binary powering, from the lowest bit. */
export function raised(x: number, exponent: number): number {
  let result = 1;
  for (let left = exponent, factor = x; ; factor = Math.fround(factor * factor)) {
    if (left & 1) result = Math.fround(result * factor);
    left >>>= 1;
    if (left === 0) return result;
  }
}

function checkDifferences({ rows, columns, classes, power, overlaps, shifts }: PowerDifferences): void {
  if (!(Number.isInteger(power) && power >= 2)) throw internal(`the power is ${power}; expected at least 2`);
  if (!(classes <= MOST_CLASSES)) throw internal(`${classes} classes; at most ${MOST_CLASSES} have room`);
  requireLength("overlaps", overlaps, rows * columns);
  requireLength("shifts", shifts, classes * columns);
}

export function checkGaps(gaps: EnergyGaps): void {
  checkDifferences(gaps);
  requireLength("the gaps", gaps.out, gaps.rows * gaps.classes);
}

export function checkGapGradients(gradients: GapGradients): void {
  checkDifferences(gradients);
  const { rows, columns, classes, weights, out, shiftGradients } = gradients;
  requireLength("weights", weights, rows * classes);
  requireLength("the gradients", out, rows * columns);
  requireLength("the gradients of shifts", shiftGradients, classes * columns);
}

export function checkColumnAscent({ rows, columns, values, velocity, gradient }: ColumnAscent): void {
  requireLength("values", values, rows * columns);
  requireLength("velocity", velocity, rows * columns);
  requireLength("gradient", gradient, rows * columns);
}
