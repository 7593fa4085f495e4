import { requireNumber } from "../errors.js";
import { correct, requireLimit } from "./iteration.js";
import type { LearningRule } from "./rule.js";

/** Choices of the rule of Diederich and Opper. */
export interface DiederichOpperOptions {
  /** The stability xi_i h_i that every unit of every pattern gets, beside being above 0: at least 0; the default is 1. */
  readonly kappa?: number | undefined;
  /** Sweeps through all patterns after which it gives up; the default is 1000. */
  readonly limit?: number | undefined;
}

/**
 * The local iterative rule of Diederich and Opper (Learning of correlated patterns in spin-glass networks by local
 * learning rules, 1987): pattern after pattern, sweep after sweep, every unit whose stability is too small takes a
 * Hebbian step,
 *
 *     W_ij <- W_ij + xi_i xi_j / n for all j other than i, where xi_i h_i < kappa,   h_i = sum_j W_ij xi_j,
 *
 * until none is. Each unit is a perceptron of its own, so the couplings are not symmetric; correlated patterns are
 * learned too. It ends wherever some couplings without thresholds hold all patterns, else `learn` throws.
 *
 * Up to 2n random patterns can be held (Cover 1965; Gardner 1988).
 */
export function diederichOpper({ kappa = 1, limit = 1000 }: DiederichOpperOptions = {}): LearningRule {
  requireNumber("kappa", kappa, 0, Number.MAX_VALUE);
  requireLimit(limit);
  return {
    name: "diederich-opper",
    options: { kappa, limit },
    selfCoupling: false,
    capacity: { load: () => 2, source: "Gardner 1988" },
    learn: (patterns, kernels) =>
      correct(patterns, kernels, {
        rule: "diederich-opper",
        limit,
        symmetric: false,
        thresholds: false,
        required: (_, units) => kappa * units,
      }),
  };
}
