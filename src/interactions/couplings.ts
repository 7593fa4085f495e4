import type { Walk } from "../kernels/index.js";
import type { BitMatrix } from "../math/bits.js";

/**
 * Couplings are an operator, not a matrix: a linear map from states to fields, h = W s. A dynamics asks for nothing
 * else, and an n x n matrix comes into being only where somebody calls `toMatrix`.
 */
export interface Couplings {
  /** Number of units, n. */
  readonly units: number;
  /** out[r * n + i] = (W s)_i for every row r of `states`. */
  fields(states: BitMatrix, out: Float64Array): void;
  /** One synchronous step of every row: out = sgn(W s - thresholds) with sgn(0) = +1. `out` may be `states`. */
  step(states: BitMatrix, thresholds: Float64Array, out: BitMatrix): void;
  /** Begins a run that moves one unit at a time. */
  walk(state: BitMatrix): Walk;
  /** s^T W s of every row. */
  quadratic(states: BitMatrix): Float64Array;
  /** Row i of W, n values: the couplings into unit i. */
  row(i: number, out: Float64Array): void;
  /** Gives the backend's memory back now rather than when the collector comes by. */
  dispose(): void;
}

/** W as a matrix, n x n row-major: for looking at, for small nets, for other programs. */
export function toMatrix(couplings: Couplings): Float64Array {
  const { units } = couplings;
  const matrix = new Float64Array(units * units);
  for (let i = 0; i < units; i++) couplings.row(i, matrix.subarray(i * units, (i + 1) * units));
  return matrix;
}
