export const citation =
  "Marblestone, Wu and Wayne, Product Kanerva machines: factorized Bayesian memory, ICLR workshop (2020), arXiv 2002.02385";
