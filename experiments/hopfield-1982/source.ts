export const citation =
  "Hopfield, Neural networks and physical systems with emergent collective computational abilities, PNAS 79, 2554 (1982)";
