import type { Random } from "../../src/math/random.js";
import { PatternSet } from "../../src/patterns/index.js";

/** `count` patterns of independent spins. */
export function randomPatterns(count: number, units: number, random: Random): PatternSet {
  return PatternSet.from(
    Array.from({ length: count }, () => Int8Array.from({ length: units }, () => (random.bernoulli(0.5) ? 1 : -1))),
  );
}
