import { exponential, power, rectified, type Separation, separated } from "../interactions/index.js";
import { learningRule } from "./rule.js";

/** The separation functions by name. */
const separations = {
  power: ({ power: degree }) => power(degree),
  rectified: ({ power: degree }) => rectified(degree),
  exponential: ({ beta }) => exponential(beta),
} as const satisfies Record<string, (values: { readonly power: number; readonly beta: number }) => Separation>;

/**
 * The dense associative memory, E(s) = -sum_mu F(xi_mu . s) with a separation function F (Krotov and Hopfield, Dense associative
 * memory for pattern recognition, 2016): a power x^d / (d n^(d-1)), the same of positive overlaps alone, or exp(beta (x - n)) /
 * beta (Demircigil et al. 2017). It holds some n^(d-1) patterns, or exponentially many, where Hebb's rule, which is the power of
 * degree 2 without self-couplings, holds 0.14 n.
 *
 * Learning keeps the patterns as they are; a field costs O(np), or O(p) where few patterns come into question.
 */
export const dense = learningRule({
  name: "dense",
  summary: "the patterns, with a steep function of their overlaps; holds far more of them than Hebb's rule",
  reference: "Krotov and Hopfield 2016",
  options: {
    separation: {
      type: "choice",
      values: ["power", "rectified", "exponential"],
      default: "power",
      help: "separation function of the overlaps",
    },
    power: {
      type: "integer",
      low: 2,
      high: 1000,
      default: 3,
      only: { option: "separation", values: ["power", "rectified"] },
      help: "degree of the power",
    },
    beta: {
      type: "number",
      above: 0,
      high: 1000,
      default: 1,
      only: { option: "separation", values: ["exponential"] },
      help: "steepness of the exponential",
    },
  },
  create: ({ separation, power = 0, beta = 0 }) => {
    const F = separations[separation]({ power, beta });
    const { capacity } = F;
    return {
      relearns: true,
      ...(capacity && {
        capacity: { load: (units: number) => capacity.patterns(units) / units, source: capacity.source },
      }),
      learn: ({ bits }, kernels) => ({ interaction: separated(bits, F, kernels) }),
    };
  },
});

/** Options of the dense rule. */
export type DenseOptions = NonNullable<Parameters<typeof dense>[0]>;
