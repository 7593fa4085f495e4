import { exp } from "../math/elementary.js";
import { oneByOne } from "./one-by-one.js";
import { learningRule, selfCoupling } from "./rule.js";

/**
 * Marginalist learning: every pattern is acquired exponentially more strongly than the one before it, by just so much
 * that it stands out from all of them (Nadal, Toulouse, Changeux and Dehaene, Networks of formal neurons and memory
 * palimpsests, 1986). What matters is the ratio of the strengths, so the newest may have strength epsilon and the older
 * ones decay,
 *
 *     W_ij <- exp(-epsilon^2 / 2n) W_ij + epsilon xi_i xi_j / n,
 *
 * which keeps sum_j W_ij^2 at 1 (Mezard, Nadal and Toulouse, Solvable models of working memories, 1986). New patterns
 * overwrite the oldest: a palimpsest. Unless `selfCoupling` is true the diagonal is zero.
 *
 * With the best strength, 4.108, the last 0.049 n patterns are held; below 2.465 none is.
 */
export const marginalist = learningRule({
  name: "marginalist",
  summary: "each pattern stronger than those before: a palimpsest that forgets the oldest patterns",
  reference: "Nadal, Toulouse, Changeux and Dehaene 1986",
  options: {
    strength: {
      type: "number",
      above: 0,
      high: 100,
      default: 4.108,
      help: "epsilon: how much stronger each pattern is than all before it",
    },
    selfCoupling,
  },
  create: ({ strength, selfCoupling }) => ({
    selfCoupling,
    remedy: "projection",
    capacity: { load: () => 0.049, source: "Mezard, Nadal and Toulouse 1986, at the best strength" },
    learn: oneByOne((weights, xi) => {
      const n = xi.length;
      const decay = exp((-strength * strength) / (2 * n));
      for (let i = 0; i < n; i++) {
        const row = weights.subarray(i * n, (i + 1) * n);
        const step = (strength * xi[i]) / n;
        for (let j = 0; j < n; j++) row[j] = decay * row[j] + step * xi[j];
        if (!selfCoupling) row[i] = 0;
      }
    }),
  }),
});

/** Options of marginalist learning. */
export type MarginalistOptions = NonNullable<Parameters<typeof marginalist>[0]>;
