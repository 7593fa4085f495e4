import { LEAST_SCORE } from "../../../kernels/index.js";
import { exp, log } from "../../../math/elementary.js";
import { separation } from "./separation.js";

/**
 * p_j = e^(t_j) / sum_k e^(t_k), the gradient of log sum_k e^(t_k) (Ramsauer et al., Hopfield networks is all you need, 2020):
 * every pattern counts, if ever so little; those 60 below the largest score, whose weight is below 1e-26, are 0.
 */
export const softmax = separation({
  name: "softmax",
  summary: "exponentials of the scores: every pattern counts",
  reference: "Ramsauer et al. 2020",
  options: {},
  create: () => ({
    weigh(scores) {
      const most = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      const weights = new Float64Array(scores.length);
      let sum = 0;
      for (let j = 0; j < scores.length; j++) {
        const score = scores[j] - most;
        if (score < LEAST_SCORE) continue;
        weights[j] = exp(score);
        sum += weights[j];
      }
      for (let j = 0; j < scores.length; j++) weights[j] /= sum;
      return { weights, potential: most + log(sum) };
    },
    isSoftmax: true,
    uniform: (count) => log(count),
    // All others share the second place: 1 / (1 + (count - 1) e^-lead).
    lead: (count, share) => Math.max(0, log((Math.max(1, count - 1) * share) / (1 - share))),
  }),
});
