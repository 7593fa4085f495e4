export const citation =
  "Banino et al., MEMO: a deep network for flexible combination of episodic memories, International Conference on Learning Representations (2020), arXiv 2001.10913";
