import { ArgumentError, requireInteger } from "../errors.js";
import { bitMatrix } from "../math/bits.js";
import { type Random, requireProbability } from "../math/random.js";
import { PatternSet } from "./pattern-set.js";

/**
 * Damage: from patterns to cues. Row r of a set draws from stream r of the generator, so that a cue does not depend on
 * the number of others.
 */

function damaged(patterns: PatternSet, change: (words: Uint32Array, r: number) => void): PatternSet {
  const { rows, columns, stride } = patterns.bits;
  const bits = bitMatrix(rows, columns, patterns.bits.words.slice());
  for (let r = 0; r < rows; r++) change(bits.words.subarray(r * stride, (r + 1) * stride), r);
  return new PatternSet(bits, patterns);
}

function toggle(words: Uint32Array, j: number): void {
  words[j >>> 5] ^= 1 << (j & 31);
}

/** Flips each unit independently with the given probability, from 0 to 1. */
export function flip(patterns: PatternSet, probability: number, random: Random): PatternSet {
  requireProbability("probability", probability);
  return damaged(patterns, (words, r) => {
    const stream = random.fork(r);
    for (let j = 0; j < patterns.units; j++) if (stream.bernoulli(probability)) toggle(words, j);
  });
}

/** Flips exactly `count` units of each pattern: cues at Hamming distance `count`. */
export function flipExactly(patterns: PatternSet, count: number, random: Random): PatternSet {
  requireInteger("count", count, 0, patterns.units);
  return damaged(patterns, (words, r) => {
    for (const j of random.fork(r).sample(count, patterns.units)) toggle(words, j);
  });
}

/** A rectangle of a picture, in pixels from its top left corner. */
export interface Region {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Covers a rectangle of each picture: with -1 ("off"), +1 ("on"), or random spins ("noise", which needs `random`).
 *
 * @throws ArgumentError where the patterns have no shape or the rectangle extends beyond the picture
 */
export function occlude(
  patterns: PatternSet,
  region: Region,
  fill: "off" | "on" | "noise" = "off",
  random?: Random,
): PatternSet {
  const { shape } = patterns;
  if (shape === undefined) throw new ArgumentError("patterns have no shape; occlude needs pictures: give them a shape");
  const [height, width] = shape;
  requireInteger("region top", region.top, 0, height);
  requireInteger("region left", region.left, 0, width);
  requireInteger("region height", region.height, 0, height - region.top);
  requireInteger("region width", region.width, 0, width - region.left);
  if (fill === "noise" && random === undefined) {
    throw new ArgumentError('random is missing; the fill "noise" needs a generator: pass new Random(seed)');
  }
  return damaged(patterns, (words, r) => {
    const stream = random?.fork(r);
    for (let y = region.top; y < region.top + region.height; y++) {
      for (let x = region.left; x < region.left + region.width; x++) {
        const j = y * width + x;
        const on = fill === "noise" ? stream?.bernoulli(0.5) : fill === "on";
        words[j >>> 5] = on ? words[j >>> 5] | (1 << (j & 31)) : words[j >>> 5] & ~(1 << (j & 31));
      }
    }
  });
}
