import { encoding } from "./encoding.js";

const PAPER = [
  { weight: (j: number, length: number) => 1 - j / length, factor: () => 1 },
  { weight: (j: number, length: number) => 1 - (2 * j) / length, factor: (k: number, d: number) => -k / d },
];

const CODE = [
  { weight: () => 1, factor: () => 1 },
  {
    weight: (j: number, length: number) => (j - (length + 1) / 2) / length,
    factor: (k: number, d: number) => (4 * (k - (d + 1) / 2)) / d,
  },
];

/**
 * Words weighted by their place j of J in the sentence, differently for each entry k of d (Sukhbaatar et al. 2015, section
 * 4.1):
 *
 *     l_kj = (1 - j/J) - (k/d) (1 - 2 j/J)                        formula "paper"
 *     l_kj = 1 + 4 (k - (d + 1)/2) (j - (J + 1)/2) / (d J)        formula "code"
 *
 * The second is that of the authors' program, from which their numbers came. There the weights of an entry are 1 on average
 * over the sentence; those of the paper give the last words of a sentence to the last entries.
 */
export const position = encoding({
  name: "position",
  summary: "the sum of the words, weighted by their place",
  reference: "Sukhbaatar et al. 2015",
  options: {
    formula: {
      type: "choice",
      values: ["paper", "code"],
      default: "paper",
      help: "weights of the words as in the paper, or as in the authors' program",
    },
  },
  create: ({ formula }) => ({ terms: formula === "paper" ? PAPER : CODE }),
});
