import { PatternCouplings } from "../interactions/index.js";
import { type LearningRule, type RuleOptions, requireBoolean } from "./rule.js";

/**
 * Hebb's rule, W = (1/n) X^T X with the p patterns as the rows of X (Hopfield, Neural networks and physical systems
 * with emergent collective computational abilities, 1982, eq. 2). Unless `selfCoupling` is true the diagonal p/n is
 * taken off, as there.
 *
 * It holds random patterns up to a load of 0.138 (Amit, Gutfreund and Sompolinsky, 1985), with a few wrong units each.
 * It does not hold correlated patterns such as pictures of digits: use projection for those.
 */
export function hebb({ selfCoupling = false }: RuleOptions = {}): LearningRule {
  requireBoolean("selfCoupling", selfCoupling);
  return {
    name: "hebb",
    options: { selfCoupling },
    selfCoupling,
    capacity: { load: () => 0.138, source: "Amit, Gutfreund and Sompolinsky 1985" },
    learn(patterns, kernels) {
      const { bits, units, count } = patterns;
      const diagonal = selfCoupling ? {} : { diagonal: new Float64Array(units).fill(count) };
      return { couplings: new PatternCouplings({ patterns: bits, divisor: units, ...diagonal }, kernels) };
    },
  };
}
