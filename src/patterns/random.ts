import { requireInteger } from "../errors.js";
import { bitMatrix } from "../math/bits.js";
import type { Random } from "../math/random.js";
import { PatternSet } from "./pattern-set.js";

/** `count` patterns of independent spins, +1 and -1 equally likely. */
export function randomPatterns(count: number, units: number, random: Random): PatternSet {
  requireInteger("patterns", count, 1);
  requireInteger("units", units, 1);
  const bits = bitMatrix(count, units);
  for (let r = 0; r < count; r++) {
    for (let w = 0; 32 * w < units; w++) {
      const used = units - 32 * w;
      bits.words[r * bits.stride + w] = used < 32 ? random.word() & ((1 << used) - 1) : random.word();
    }
  }
  return new PatternSet(bits);
}
