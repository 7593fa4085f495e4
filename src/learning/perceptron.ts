import { correct } from "./iteration.js";
import { learningRule, limit } from "./rule.js";

/**
 * Perceptron learning of a Hopfield net (Rojas, Neural Networks, 1996, section 13.5): a symmetric net of n units with
 * zero diagonal is one perceptron with the n(n-1)/2 couplings above the diagonal and the n thresholds as its n(n+1)/2
 * weights. Pattern xi sets n conditions, one per unit:
 *
 *     xi_i h_i = xi_i (sum_j W_ij xi_j - theta_i) > 0 and >= kappa.
 *
 * Where that does not hold, W_ij = W_ji grows by xi_i xi_j / n for every j, and theta_i shrinks by xi_i / n. If there
 * is a Hopfield net in which all patterns are stable, this converges to one; otherwise `learn` throws. Larger kappa, on
 * the scale of these steps, gives larger basins of attraction.
 *
 * No couplings, symmetric or not, hold more than 2n random patterns (Cover 1965; Gardner 1988); symmetric ones hold fewer.
 */
export const perceptron = learningRule({
  name: "perceptron",
  summary: "perceptron learning of symmetric couplings and thresholds",
  reference: "Rojas 1996, section 13.5",
  options: {
    kappa: {
      type: "number",
      low: 0,
      high: Number.MAX_VALUE,
      default: 0,
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
        rule: "perceptron",
        limit,
        symmetric: true,
        thresholds: true,
        required: (_, units) => kappa * units,
      }),
  }),
});

/** Options of perceptron learning. */
export type PerceptronOptions = NonNullable<Parameters<typeof perceptron>[0]>;
