export const citation =
  "Graves, Wayne et al., Hybrid computing using a neural network with dynamic external memory, Nature 538 (2016)";
