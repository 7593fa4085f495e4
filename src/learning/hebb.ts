import { PatternCouplings, quadratic } from "../interactions/index.js";
import { learningRule, selfCoupling } from "./rule.js";

/**
 * Hebb's rule, W = (1/n) X^T X with the p patterns as the rows of X (Hopfield, Neural networks and physical systems
 * with emergent collective computational abilities, 1982, eq. 2). Unless `selfCoupling` is true the diagonal p/n is
 * subtracted, as in that paper.
 *
 * It holds random patterns up to a load of 0.138 (Amit, Gutfreund and Sompolinsky, 1985), with a few wrong units each.
 * It does not hold correlated patterns such as pictures of digits: use projection for those.
 */
export const hebb = learningRule({
  name: "hebb",
  summary: "the outer products of the patterns; holds few, nearly uncorrelated patterns",
  reference: "Hopfield 1982",
  options: { selfCoupling },
  create: ({ selfCoupling }) => ({
    selfCoupling,
    remedy: "projection",
    capacity: { load: () => 0.138, source: "Amit, Gutfreund and Sompolinsky 1985" },
    learn(patterns, kernels) {
      const { bits, units, count } = patterns;
      const diagonal = selfCoupling ? {} : { diagonal: new Float64Array(units).fill(count) };
      return { interaction: quadratic(new PatternCouplings({ patterns: bits, divisor: units, ...diagonal }, kernels)) };
    },
  }),
});

/** Options of Hebb's rule. */
export type HebbOptions = NonNullable<Parameters<typeof hebb>[0]>;
