export const citation =
  "Ramsauer et al., Hopfield networks is all you need, International Conference on Learning Representations (2021), arXiv 2008.02217 (2020)";
