import type { OperatorWalk, PatternOperatorDescription } from "../kernels/index.js";
import type { BitMatrix } from "../math/bits.js";

/** Couplings W as an operator: a linear map from states to W s. A matrix comes into being only where somebody asks for it. */
export interface Couplings {
  /** Number of units, n. */
  readonly units: number;
  /** out[r * n + i] = (W s)_i for every row r of `states`. */
  fields(states: BitMatrix, out: Float64Array): void;
  /** One synchronous step of every row: out = sgn(W s - thresholds) with sgn(0) = +1. `out` may be `states`. */
  step(states: BitMatrix, thresholds: Float64Array, out: BitMatrix): void;
  /** Starts a run that moves one unit at a time. */
  walk(state: BitMatrix): OperatorWalk;
  /** s^T W s of every row. */
  quadratic(states: BitMatrix): Float64Array;
  /** Row i of W, n values: the couplings into unit i. */
  row(i: number, out: Float64Array): void;
  /** out[r * p + mu] = xi_mu . s_r, where W is kept as p patterns. */
  readonly overlaps?: ((states: BitMatrix, out: Int32Array) => void) | undefined;
  /** What they are made of, as it goes to a worker thread. */
  readonly parts: LinearParts;
  /** Releases memory of the kernels now, not when it is garbage-collected. */
  dispose(): void;
}

/** What couplings are made of: patterns and a small middle matrix, a matrix, or rows of few entries. */
export type LinearParts =
  | { readonly kind: "patterns"; readonly description: PatternOperatorDescription }
  | { readonly kind: "dense"; readonly units: number; readonly weights: Float64Array }
  | { readonly kind: "sparse"; readonly units: number; readonly rows: SparseRows };

/** Compressed sparse rows: row i has the entries starts[i] ... starts[i + 1] - 1. */
export interface SparseRows {
  /** n + 1 numbers that never fall, from 0 to the number of entries. */
  readonly starts: Uint32Array;
  /** From which unit each entry couples; ascending in each row. */
  readonly columns: Uint32Array;
  readonly weights: Float64Array;
}
