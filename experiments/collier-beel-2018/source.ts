export const citation =
  "Collier and Beel, Implementing neural Turing machines, International Conference on Artificial Neural Networks (2018), arXiv 1807.08518";
