export const citation =
  "Wu, Wayne, Gregor and Lillicrap, Learning attractor dynamics for generative memory, NeurIPS (2018), arXiv 1811.09556; Wu, Wayne, Graves and Lillicrap, The Kanerva machine, ICLR (2018), arXiv 1804.01756";
