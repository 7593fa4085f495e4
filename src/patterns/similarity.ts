import { bitDistance } from "../math/bits.js";
import { asState, type PatternSet, type State } from "./pattern-set.js";

/** Hamming distance of two states: the number of units in which they differ. */
export function hammingDistance(a: PatternSet | State, b: PatternSet | State): number {
  const left = asState("a", a);
  return bitDistance(left, 0, asState("b", b, left.columns), 0);
}

/** Overlap of two states, m = (1/n) sum_i a_i b_i = 1 - 2 d / n with the Hamming distance d: from -1 to 1. */
export function overlap(a: PatternSet | State, b: PatternSet | State): number {
  const distance = hammingDistance(a, b);
  return 1 - (2 * distance) / asState("a", a).columns;
}
