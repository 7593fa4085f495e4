export const citation =
  "Weston, Chopra and Bordes, Memory networks, International Conference on Learning Representations (2015), arXiv 1410.3916 (2014)";
