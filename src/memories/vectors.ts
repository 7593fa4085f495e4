import type { Comparison } from "../kernels/index.js";

/** How alike two real vectors are. */
export type Similarity = "euclidean" | "dot" | "cosine";

/** How kernels compare vectors; for `cosine` these have unit length. */
export function comparisonOf(similarity: Similarity): Comparison {
  return similarity === "euclidean" ? "euclidean" : "dot";
}
