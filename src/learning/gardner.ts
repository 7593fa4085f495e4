import { requireNumber } from "../errors.js";
import { normalDensity, normalTail } from "../math/normal.js";
import { correct, requireLimit } from "./iteration.js";
import { type LearningRule, requireBoolean } from "./rule.js";

/** Choices of Gardner's rule. */
export interface GardnerOptions {
  /** The stability xi_i h_i / |W_i| that every unit of every pattern gets, beside being above 0: at least 0, the default. */
  readonly kappa?: number | undefined;
  /** Whether W_ij = W_ji; the default is false. */
  readonly symmetric?: boolean | undefined;
  /** Sweeps through all patterns after which it gives up; the default is 1000. */
  readonly limit?: number | undefined;
}

/**
 * Gardner's rule (The space of interactions in neural network models, 1988, section 5): perceptron learning with a
 * stability that does not depend on the scale of the couplings,
 *
 *     xi_i h_i / |W_i| >= kappa,   h_i = sum_j W_ij xi_j,   |W_i|^2 = sum_j W_ij^2.
 *
 * Where a unit falls short, W_ij grows by xi_i xi_j / n for every j other than i, and with `symmetric` W_ji too. It ends
 * where couplings exist with a little more than kappa, else `learn` throws: a kappa close to the best takes many sweeps.
 *
 * For random patterns couplings exist up to the load 1 / ((1 + kappa^2) P + kappa phi), with the standard normal
 * distribution function P and density phi at kappa: 2 for kappa = 0 (eq. 27). It bounds symmetric couplings as well, which
 * hold less (Gardner, Gutfreund and Yekutieli, The phase space of interactions in neural networks with definite
 * symmetry, 1989).
 */
export function gardner({ kappa = 0, symmetric = false, limit = 1000 }: GardnerOptions = {}): LearningRule {
  requireNumber("kappa", kappa, 0, 1e6);
  requireBoolean("symmetric", symmetric);
  requireLimit(limit);
  return {
    name: "gardner",
    options: { kappa, symmetric, limit },
    selfCoupling: false,
    capacity: { load: () => criticalLoad(kappa), source: "Gardner 1988" },
    learn: (patterns, kernels) =>
      correct(patterns, kernels, {
        rule: "gardner",
        limit,
        symmetric,
        thresholds: false,
        required: (length) => kappa * length,
      }),
  };
}

/** 1 / integral over t > -kappa of (t + kappa)^2 Dt. */
function criticalLoad(kappa: number): number {
  return 1 / ((1 + kappa * kappa) * normalTail(-kappa) + kappa * normalDensity(kappa));
}
