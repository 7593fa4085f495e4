import { disposeSymbol } from "../disposing.js";
import {
  defaultKernels,
  type Kernels,
  type OperatorWalk,
  type PatternOperator,
  type PatternOperatorDescription,
} from "../kernels/index.js";
import { type BitMatrix, spinAt } from "../math/bits.js";
import type { Couplings, KeptPatterns, LinearParts } from "./couplings.js";

/**
 * Couplings stored as the p patterns that they were learned from, W = (X^T A X - diag d) / divisor, with the patterns
 * as the rows of X and a small p x p middle A (the identity by default). A field costs O(np) instead of O(n^2), and
 * storing costs no n^2 at all.
 */
export class PatternCouplings implements Couplings {
  readonly units: number;
  readonly description: PatternOperatorDescription;
  readonly #kernels: Kernels;
  #operator: PatternOperator | undefined;
  /** The sum of the diagonal that is subtracted. */
  #taken: number | undefined;

  constructor(description: PatternOperatorDescription, kernels: Kernels = defaultKernels()) {
    this.units = description.patterns.columns;
    this.description = description;
    this.#kernels = kernels;
  }

  /** The operator of the kernels, made when it is first needed: patterns stored one by one cost one copy, not p. */
  get #made(): PatternOperator {
    this.#operator ??= this.#kernels.patternOperator(this.description);
    return this.#operator;
  }

  fields(states: BitMatrix, out: Float64Array): void {
    this.#made.fields(states, out);
  }

  step(states: BitMatrix, thresholds: Float64Array, out: BitMatrix): void {
    this.#made.step(states, thresholds, out);
  }

  walk(state: BitMatrix): OperatorWalk {
    return this.#made.walk(state);
  }

  get kept(): KeptPatterns {
    return {
      patterns: this.description.patterns,
      overlaps: (states, out) => this.#made.overlaps(states, out),
    };
  }

  get parts(): LinearParts {
    return { kind: "patterns", description: this.description };
  }

  /** s^T W s = (m^T A m - sum_i d_i) / divisor, with the p overlaps m = X s. */
  quadratic(states: BitMatrix): Float64Array {
    const { patterns, middle, divisor, diagonal } = this.description;
    const p = patterns.rows;
    const overlaps = new Int32Array(states.rows * p);
    this.#made.overlaps(states, overlaps);
    this.#taken ??= diagonal?.reduce((sum, d) => sum + d, 0) ?? 0;
    const taken = this.#taken;
    return Float64Array.from({ length: states.rows }, (_, r) => {
      const m = overlaps.subarray(r * p, (r + 1) * p);
      let sum = 0;
      for (let mu = 0; mu < p; mu++) {
        let c = m[mu];
        if (middle !== undefined) {
          c = 0;
          for (let nu = 0; nu < p; nu++) c += middle[mu * p + nu] * m[nu];
        }
        sum += m[mu] * c;
      }
      return (sum - taken) / divisor;
    });
  }

  /** W_ij = (sum_mu c_mu xi_mu,j - d_i delta_ij) / divisor with c = A x_i and x_i column i of X. */
  row(i: number, out: Float64Array): void {
    const { patterns, middle, divisor, diagonal } = this.description;
    const p = patterns.rows;
    out.fill(0);
    for (let mu = 0; mu < p; mu++) {
      let c = spinAt(patterns, mu, i);
      if (middle !== undefined) {
        c = 0;
        for (let nu = 0; nu < p; nu++) c += middle[mu * p + nu] * spinAt(patterns, nu, i);
      }
      for (let j = 0; j < this.units; j++) out[j] += c * spinAt(patterns, mu, j);
    }
    if (diagonal !== undefined) out[i] -= diagonal[i];
    for (let j = 0; j < this.units; j++) out[j] /= divisor;
  }

  dispose(): void {
    this.#operator?.dispose();
    this.#operator = undefined;
  }

  [disposeSymbol](): void {
    this.dispose();
  }
}
