import { requireNumber } from "../errors.js";
import { correct, requireLimit } from "./iteration.js";
import type { LearningRule } from "./rule.js";

/** Choices of perceptron learning. */
export interface PerceptronOptions {
  /** The stability xi_i h_i that every unit of every pattern gets, beside being above 0: at least 0, the default. */
  readonly kappa?: number | undefined;
  /** Sweeps through all patterns after which it gives up; the default is 1000. */
  readonly limit?: number | undefined;
}

/**
 * Perceptron learning of a Hopfield net (Rojas, Neural Networks, 1996, section 13.5): a symmetric net of n units with
 * zero diagonal is one perceptron with the n(n-1)/2 couplings above the diagonal and the n thresholds as its
 * n(n+1)/2 weights. Pattern xi asks n times something of it, once a unit:
 *
 *     xi_i h_i = xi_i (sum_j W_ij xi_j - theta_i) > 0 and >= kappa.
 *
 * Where that does not hold, W_ij = W_ji grows by xi_i xi_j / n for every j, and theta_i shrinks by xi_i / n. If there is
 * a Hopfield net in which all patterns are stable, this ends, and with one; if there is none, `learn` throws. Larger
 * kappa, on the scale of these steps, gives larger basins of attraction.
 *
 * No couplings, symmetric or not, hold more than 2n random patterns (Cover 1965; Gardner 1988); symmetric ones hold fewer.
 */
export function perceptron({ kappa = 0, limit = 1000 }: PerceptronOptions = {}): LearningRule {
  requireNumber("kappa", kappa, 0, Number.MAX_VALUE);
  requireLimit(limit);
  return {
    name: "perceptron",
    options: { kappa, limit },
    selfCoupling: false,
    capacity: { load: () => 2, source: "Gardner 1988" },
    learn: (patterns, kernels) =>
      correct(patterns, kernels, {
        rule: "perceptron",
        limit,
        symmetric: true,
        thresholds: true,
        required: (_, units) => kappa * units,
      }),
  };
}
