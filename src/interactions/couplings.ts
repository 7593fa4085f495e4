import type { Disposes } from "../disposing.js";
import type { OperatorWalk, PatternOperatorDescription, SparseRows } from "../kernels/index.js";
import { type BitMatrix, spinAt } from "../math/bits.js";

/** Patterns that fields are computed from, and their products with states. */
export interface KeptPatterns {
  /** xi, p x n. */
  readonly patterns: BitMatrix;
  /** out[r * p + mu] = xi_mu . s_r. */
  overlaps(states: BitMatrix, out: Int32Array): void;
}

/** Couplings W as an operator: a linear map from states to W s. A matrix is made only on request. */
export interface Couplings extends Disposes {
  /** Number of units, n. */
  readonly units: number;
  /** out[r * n + i] = (W s)_i for every row r of `states`. */
  fields(states: BitMatrix, out: Float64Array): void;
  /** One synchronous step of every row: out = sgn(W s - thresholds) with sgn(0) = +1. `out` may be `states`. */
  step(states: BitMatrix, thresholds: Float64Array, out: BitMatrix): void;
  /** Starts a run that updates one unit at a time. */
  walk(state: BitMatrix): OperatorWalk;
  /** s^T W s of every row. */
  quadratic(states: BitMatrix): Float64Array;
  /** Row i of W, n values: the couplings into unit i. */
  row(i: number, out: Float64Array): void;
  /** The patterns that W is stored as, if any. */
  readonly kept?: KeptPatterns | undefined;
  /** Their data, as sent to a worker thread. */
  readonly parts: LinearParts;
  /** Releases memory of the kernels now, not when it is garbage-collected. */
  dispose(): void;
}

/** The data of couplings: patterns and a small middle matrix, a matrix, or sparse rows. */
export type LinearParts =
  | { readonly kind: "patterns"; readonly description: PatternOperatorDescription }
  | { readonly kind: "dense"; readonly units: number; readonly weights: Float64Array }
  | { readonly kind: "sparse"; readonly units: number; readonly rows: SparseRows };

/** s^T W s of every row, from its fields. */
export function squaresOf(couplings: Pick<Couplings, "units" | "fields">, states: BitMatrix): Float64Array {
  const n = couplings.units;
  const fields = new Float64Array(states.rows * n);
  couplings.fields(states, fields);
  return Float64Array.from({ length: states.rows }, (_, r) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += spinAt(states, r, i) * fields[r * n + i];
    return sum;
  });
}
