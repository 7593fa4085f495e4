import { type Matrix, matrix } from "../../src/math/matrix.js";
import type { Random } from "../../src/math/random.js";

/** A matrix of independent standard normal numbers. */
export function randomMatrix(rows: number, columns: number, random: Random): Matrix {
  const values = Float64Array.from({ length: rows * columns }, () => random.normal());
  return matrix(rows, columns, values);
}

/** max |a_ij - b_ij| */
export function largestDifference(a: Matrix, b: Matrix): number {
  return a.values.reduce((largest, value, k) => Math.max(largest, Math.abs(value - b.values[k])), 0);
}
