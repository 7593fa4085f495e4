import { DataError } from "../errors.js";
import { DenseCouplings, quadratic } from "../interactions/index.js";
import type { Kernels } from "../kernels/index.js";
import type { PatternSet } from "../patterns/index.js";
import type { Learned } from "./rule.js";

/** What distinguishes one perceptron rule from another. */
export interface Iteration {
  readonly rule: string;
  /** Maximum number of sweeps through all patterns. */
  readonly limit: number;
  /** Whether a step into unit i from unit j is also one into unit j from unit i. */
  readonly symmetric: boolean;
  /** Whether thresholds are learned too. */
  readonly thresholds: boolean;
  /** The stability n xi_i h_i that a unit must have, beside being above 0, where `length` is n |W_i|. */
  readonly required: (length: number, units: number) => number;
}

/**
 * Learning by error correction, the basis of the perceptron rules. The patterns are shown in their order, sweep after
 * sweep. Where the stability of unit i, xi_i h_i with h_i = sum_j W_ij xi_j - theta_i, falls short,
 *
 *     W_ij <- W_ij + xi_i xi_j / n for all j other than i,   theta_i <- theta_i - xi_i / n,
 *
 * until a whole sweep needs no correction. All steps are whole multiples of 1/n, so the sums are exact.
 *
 * @throws DataError where `limit` sweeps do not suffice
 */
export function correct(patterns: PatternSet, kernels: Kernels, iteration: Iteration): Learned {
  const { limit, symmetric, required, rule } = iteration;
  const { units: n, count } = patterns;
  const rows = Array.from({ length: count }, (_, mu) => patterns.spins(mu));
  const steps = new Float64Array(n * n);
  const thresholds = new Float64Array(n);
  /** |steps_i|^2 */
  const squares = new Float64Array(n);
  /** Units that will not be corrected any more: nothing but corrections of their own would change their couplings. */
  const settled = new Uint8Array(n);
  let missing = 0;
  for (let sweep = 0; sweep < limit; sweep++) {
    missing = 0;
    const corrected = new Uint8Array(n);
    for (const xi of rows) {
      for (let i = 0; i < n; i++) {
        if (settled[i] === 1) continue;
        let field = -thresholds[i];
        for (let j = 0, k = i * n; j < n; j++, k++) field += steps[k] * xi[j];
        const stability = xi[i] * field;
        if (stability > 0 && stability >= required(Math.sqrt(squares[i]), n)) continue;
        missing++;
        corrected[i] = 1;
        if (iteration.thresholds) thresholds[i] -= xi[i];
        for (let j = 0; j < n; j++) {
          if (j === i) continue;
          const change = xi[i] * xi[j];
          squares[i] += 2 * change * steps[i * n + j] + 1;
          steps[i * n + j] += change;
          if (!symmetric) continue;
          squares[j] += 2 * change * steps[j * n + i] + 1;
          steps[j * n + i] += change;
        }
      }
    }
    if (missing === 0) {
      const couplings = new DenseCouplings(
        steps.map((w) => w / n),
        n,
        kernels,
      );
      const learned = iteration.thresholds ? thresholds.map((theta) => theta / n) : undefined;
      return { interaction: quadratic(couplings, learned) };
    }
    for (let i = 0; i < n && !symmetric; i++) settled[i] = 1 - corrected[i];
  }
  throw new DataError(
    `${rule} still corrected ${missing} of ${count * n} units after ${limit} sweeps: the ${count} patterns were not ` +
      `separated within that limit; store fewer patterns, use a smaller kappa, or raise the limit`,
  );
}
