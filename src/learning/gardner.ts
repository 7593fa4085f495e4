import { normalDensity, normalTail } from "../math/normal.js";
import { correct } from "./iteration.js";
import { learningRule, limit } from "./rule.js";

/**
 * Gardner's rule (The space of interactions in neural network models, 1988, section 5): perceptron learning with a
 * stability that does not depend on the scale of the couplings,
 *
 *     xi_i h_i / |W_i| >= kappa,   h_i = sum_j W_ij xi_j,   |W_i|^2 = sum_j W_ij^2.
 *
 * Where a unit falls short, W_ij grows by xi_i xi_j / n for every j other than i, and with `symmetric` W_ji too. It
 * converges if couplings exist with a stability a little above kappa, else `learn` throws: a kappa close to the maximum
 * takes many sweeps.
 *
 * For random patterns couplings exist up to the load 1 / ((1 + kappa^2) P + kappa phi), with the standard normal
 * distribution function P and density phi at kappa: 2 for kappa = 0 (eq. 27). It bounds symmetric couplings as well, which
 * hold less (Gardner, Gutfreund and Yekutieli, The phase space of interactions in neural networks with definite
 * symmetry, 1989).
 */
export const gardner = learningRule({
  name: "gardner",
  summary: "perceptron learning with a stability that does not depend on the scale of the couplings",
  reference: "Gardner 1988",
  options: {
    kappa: {
      type: "number",
      low: 0,
      high: 1e6,
      default: 0,
      help: "minimum stability xi_i h_i / |W_i| of every unit of every pattern",
    },
    symmetric: { type: "boolean", default: false, help: "learn symmetric couplings" },
    limit,
  },
  create: ({ kappa, symmetric, limit }) => ({
    selfCoupling: false,
    remedy: "projection",
    capacity: { load: () => criticalLoad(kappa), source: "Gardner 1988" },
    learn: (patterns, kernels) =>
      correct(patterns, kernels, {
        rule: "gardner",
        limit,
        symmetric,
        thresholds: false,
        required: (length) => kappa * length,
      }),
  }),
});

/** Options of Gardner's rule. */
export type GardnerOptions = NonNullable<Parameters<typeof gardner>[0]>;

/** 1 / integral over t > -kappa of (t + kappa)^2 Dt. */
function criticalLoad(kappa: number): number {
  return 1 / ((1 + kappa * kappa) * normalTail(-kappa) + kappa * normalDensity(kappa));
}
