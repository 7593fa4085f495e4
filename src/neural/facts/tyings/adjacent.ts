import type { Tensor } from "../../tape/tensor.js";
import { type FactTable, factTable, tying } from "./tying.js";

/**
 * What a hop gets is what the next one compares with: A_(k+1) = C_k, B = A_1, W = C_K (Sukhbaatar et al. 2015, section 2.2).
 * The last output is that of the places too, but answers are words alone.
 */
export const adjacent = tying({
  name: "adjacent",
  summary: "what a hop gets is what the next one compares with",
  reference: "Sukhbaatar et al. 2015",
  options: {},
  create: () => ({
    parameters: (sizes, random) => ({
      tables: Array.from({ length: sizes.hops + 1 }, (_, k) => factTable(sizes, random.fork(k))),
    }),
    tables(parameters, hops) {
      const { tables } = parameters as { readonly tables: readonly FactTable<Tensor>[] };
      return {
        question: tables[0].words,
        hops: Array.from({ length: hops }, (_, k) => ({ input: tables[k], output: tables[k + 1] })),
        answer: tables[hops].words,
      };
    },
  }),
});
