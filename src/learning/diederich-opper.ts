import { correct } from "./iteration.js";
import { learningRule, limit } from "./rule.js";

/**
 * The local iterative rule of Diederich and Opper (Learning of correlated patterns in spin-glass networks by local
 * learning rules, 1987): pattern after pattern, sweep after sweep, every unit whose stability is too small takes a
 * Hebbian step,
 *
 *     W_ij <- W_ij + xi_i xi_j / n for all j other than i, where xi_i h_i < kappa,   h_i = sum_j W_ij xi_j,
 *
 * until none is. Each unit is a perceptron of its own, so the couplings are not symmetric; correlated patterns are
 * learned too. It converges if some couplings without thresholds hold all patterns, else `learn` throws.
 *
 * Up to 2n random patterns can be held (Cover 1965; Gardner 1988).
 */
export const diederichOpper = learningRule({
  name: "diederich-opper",
  summary: "Hebbian steps until every unit is stable; couplings need not be symmetric",
  reference: "Diederich and Opper 1987",
  options: {
    kappa: {
      type: "number",
      low: 0,
      high: Number.MAX_VALUE,
      default: 1,
      help: "minimum stability xi_i h_i of every unit of every pattern",
    },
    limit,
  },
  create: ({ kappa, limit }) => ({
    selfCoupling: false,
    remedy: "projection",
    capacity: { load: () => 2, source: "Gardner 1988" },
    learn: (patterns, kernels) =>
      correct(patterns, kernels, {
        rule: "diederich-opper",
        limit,
        symmetric: false,
        thresholds: false,
        required: (_, units) => kappa * units,
      }),
  }),
});

/** Options of the rule of Diederich and Opper. */
export type DiederichOpperOptions = NonNullable<Parameters<typeof diederichOpper>[0]>;
