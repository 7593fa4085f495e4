export const citation =
  "Sukhbaatar, Szlam, Weston and Fergus, End-to-end memory networks, Advances in Neural Information Processing Systems 28 (2015), arXiv 1503.08895";
