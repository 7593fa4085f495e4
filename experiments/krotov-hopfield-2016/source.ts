export const citation =
  "Krotov and Hopfield, Dense associative memory for pattern recognition, Advances in Neural Information Processing Systems 29 (2016)";
