import { log } from "../../../math/elementary.js";
import { separation } from "./separation.js";

/**
 * Equal weights for all patterns within sqrt(2 / beta) of the query, where 1 + t_j > 0 with t_j = -beta |q - x_j|^2 / 2; the
 * gradient steps of log sum_j [1 + t_j]_+, Epanechnikov's kernel (Hoover et al., Dense associative memory with Epanechnikov
 * energy, 2025). A recall ends after a few steps on the mean of the patterns around it; beyond the reach of all patterns it
 * stays where it is.
 */
export const flat = separation({
  name: "flat",
  summary: "equal weights for all patterns within sqrt(2 / beta)",
  reference: "Hoover et al. 2025",
  options: {},
  create: () => ({
    weigh(scores) {
      const weights = new Float64Array(scores.length);
      let [count, sum] = [0, 0];
      for (let j = 0; j < scores.length; j++) {
        if (!(1 + scores[j] > 0)) continue;
        count++;
        sum += 1 + scores[j];
        weights[j] = 1;
      }
      for (let j = 0; j < scores.length; j++) if (weights[j] > 0) weights[j] /= count;
      return { weights, potential: log(sum) };
    },
    uniform: (count) => log(count),
    // The others are out of reach of a query at the pattern itself.
    lead: () => 1,
    similarity: "euclidean",
  }),
});
