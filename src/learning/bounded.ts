import { requireNumber } from "../errors.js";
import { oneByOne } from "./one-by-one.js";
import { type LearningRule, type RuleOptions, requireBoolean } from "./rule.js";

/** Choices of learning within bounds. */
export interface BoundedOptions extends RuleOptions {
  /** A: the couplings stay within A / sqrt(n). Any number above 0; the default is 0.35. */
  readonly bound?: number | undefined;
}

/**
 * Learning within bounds: Hebb's rule, but no coupling leaves [-A, A] / sqrt(n),
 *
 *     W_ij <- the nearest to W_ij + xi_i xi_j / n within the bounds,
 *
 * pattern after pattern in their order (Parisi, A memory which forgets, 1986; Nadal, Toulouse, Changeux and Dehaene,
 * Networks of formal neurons and memory palimpsests, 1986). New patterns overwrite the oldest: the memory is a
 * palimpsest, and never collapses as Hebb's does when it is full. Unless `selfCoupling` is true the diagonal is zero.
 *
 * With the best bound, about 0.35, the last 0.04 n patterns are held. With a smaller one a pattern is forgotten sooner;
 * with one of about 0.7 or more the newest one does not stand out from the noise, and nothing is held.
 */
export function bounded({ bound = 0.35, selfCoupling = false }: BoundedOptions = {}): LearningRule {
  requireNumber("bound", bound, Number.MIN_VALUE, Number.MAX_VALUE);
  requireBoolean("selfCoupling", selfCoupling);
  return {
    name: "bounded",
    options: { bound, selfCoupling },
    selfCoupling,
    capacity: { load: () => 0.04, source: "Parisi 1986, at the best bound" },
    learn: oneByOne((weights, xi) => {
      const n = xi.length;
      const most = bound / Math.sqrt(n);
      for (let i = 0; i < n; i++) {
        const row = weights.subarray(i * n, (i + 1) * n);
        const step = xi[i] / n;
        for (let j = 0; j < n; j++) {
          const w = row[j] + step * xi[j];
          row[j] = Math.max(-most, Math.min(most, w));
        }
        if (!selfCoupling) row[i] = 0;
      }
    }),
  };
}
