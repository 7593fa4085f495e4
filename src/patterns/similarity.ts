import { bitDistance } from "../math/bits.js";
import { asPatternSet, type PatternSet, type State } from "./pattern-set.js";

/** Hamming distance of two states: the number of units in which they differ. */
export function hammingDistance(a: PatternSet | State, b: PatternSet | State): number {
  const left = asPatternSet("a", a);
  return bitDistance(left.bits, 0, asPatternSet("b", b, left.units).bits, 0);
}

/** Overlap of two states, m = (1/n) sum_i a_i b_i = 1 - 2 d / n with the Hamming distance d: from -1 to 1. */
export function overlap(a: PatternSet | State, b: PatternSet | State): number {
  const left = asPatternSet("a", a);
  return 1 - (2 * hammingDistance(left, b)) / left.units;
}
