import { separation } from "./separation.js";

/** All weight on the best score, equal shares for equal ones: the nearest stored pattern, what softmax becomes for large beta. */
export const hard = separation({
  name: "hard",
  summary: "the best score alone: the nearest stored pattern",
  reference: "Ramsauer et al. 2020, beta to infinity",
  options: {},
  create: () => ({
    weigh(scores) {
      const most = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      const weights = new Float64Array(scores.length);
      let count = 0;
      for (const score of scores) if (score === most) count++;
      for (let j = 0; j < scores.length; j++) if (scores[j] === most) weights[j] = 1 / count;
      return { weights, potential: most };
    },
    uniform: () => 0,
    lead: () => 0,
  }),
});
