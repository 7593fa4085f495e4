import { normalParameter } from "../../parameters.js";
import type { Tensor } from "../../tape/tensor.js";
import { DEVIATION, type FactTable, factTable, tying } from "./tying.js";

interface Parameters {
  readonly question: Tensor;
  readonly input: FactTable<Tensor>;
  readonly output: FactTable<Tensor>;
  readonly update: Tensor;
  readonly answer: Tensor;
}

/**
 * All hops share their tables, as a recurrent network its weights: A_k = A, C_k = C, and u_(k+1) = H u_k + o_k (Sukhbaatar
 * et al. 2015, section 2.2).
 */
export const layerwise = tying({
  name: "layerwise",
  summary: "all hops share their tables, and a matrix updates the question",
  reference: "Sukhbaatar et al. 2015",
  options: {},
  create: () => ({
    parameters: (sizes, random) => {
      const { words, dimension } = sizes;
      return {
        question: normalParameter([words, dimension], DEVIATION, random.fork(0)),
        input: factTable(sizes, random.fork(1)),
        output: factTable(sizes, random.fork(2)),
        update: normalParameter([dimension, dimension], DEVIATION, random.fork(3)),
        answer: normalParameter([words, dimension], DEVIATION, random.fork(4)),
      };
    },
    tables(parameters, hops) {
      const { question, input, output, update, answer } = parameters as Parameters;
      return { question, hops: Array.from({ length: hops }, () => ({ input, output })), update, answer };
    },
  }),
});
