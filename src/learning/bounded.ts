import { oneByOne } from "./one-by-one.js";
import { learningRule, selfCoupling } from "./rule.js";

/**
 * Learning within bounds: Hebb's rule, but no coupling leaves [-A, A] / sqrt(n),
 *
 *     W_ij <- the nearest to W_ij + xi_i xi_j / n within the bounds,
 *
 * pattern after pattern in their order (Parisi, A memory which forgets, 1986; Nadal, Toulouse, Changeux and Dehaene,
 * Networks of formal neurons and memory palimpsests, 1986). New patterns overwrite the oldest: the memory is a
 * palimpsest, and does not collapse when it is full, as Hebb's rule does. Unless `selfCoupling` is true the diagonal is
 * zero.
 *
 * With the best bound, about 0.35, the last 0.04 n patterns are held. With a smaller bound a pattern is forgotten
 * sooner; with about 0.7 or more even the newest pattern does not stand out from the noise, and none is held.
 */
export const bounded = learningRule({
  name: "bounded",
  summary: "Hebb's rule within bounds: a palimpsest that forgets the oldest patterns",
  reference: "Parisi 1986",
  options: {
    bound: {
      type: "number",
      above: 0,
      high: Number.MAX_VALUE,
      default: 0.35,
      help: "A: couplings stay within A / sqrt(n)",
    },
    selfCoupling,
  },
  create: ({ bound, selfCoupling }) => ({
    selfCoupling,
    remedy: "projection",
    capacity: { load: () => 0.04, source: "Parisi 1986, at the best bound" },
    learn: oneByOne((weights, xi) => {
      const n = xi.length;
      const most = bound / Math.sqrt(n);
      for (let i = 0; i < n; i++) {
        const row = weights.subarray(i * n, (i + 1) * n);
        const step = xi[i] / n;
        for (let j = 0; j < n; j++) {
          const w = row[j] + step * xi[j];
          row[j] = Math.max(-most, Math.min(most, w));
        }
        if (!selfCoupling) row[i] = 0;
      }
    }),
  }),
});

/** Options of learning within bounds. */
export type BoundedOptions = NonNullable<Parameters<typeof bounded>[0]>;
