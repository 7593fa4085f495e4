export const citation =
  "Bartunov, Rae, Osindero and Lillicrap, Meta-learning deep energy-based memory models, International Conference on Learning Representations (2020), arXiv 1910.02720 (2019)";
