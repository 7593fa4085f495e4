import { encoding } from "./encoding.js";

/** The sum of the vectors of its words, whatever their order: l_kj = 1 (Sukhbaatar et al. 2015, section 4.1). */
export const bagOfWords = encoding({
  name: "bag-of-words",
  summary: "the sum of the words, whatever their order",
  reference: "Sukhbaatar et al. 2015",
  options: {},
  create: () => ({ terms: [{ weight: () => 1, factor: () => 1 }] }),
});
