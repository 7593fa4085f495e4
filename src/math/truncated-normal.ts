import { exp, log } from "./elementary.js";
import { normalDensity, normalTail } from "./normal.js";
import type { Random } from "./random.js";

/**
 * A standard normal number z given that z >= a, described by its excess z - a >= 0, for any a from -Infinity to 1e150.
 * Far out, where z - a and its variance would cancel, continued fractions are used.
 */

/** Above it the continued fraction gives full precision. */
const FAR = 4;
const TERMS = 60;
/** Half of log(2 pi). */
export const LOG_ROOT_TWO_PI = 0.9189385332046727;

/** t of 1 / (a + t), the mean excess: t = 2 / (a + 3 / (a + 4 / (a + ...))) (Laplace; Abramowitz and Stegun, 26.2.14). */
function fraction(a: number): number {
  let t = 0;
  for (let k = TERMS; k >= 2; k--) t = k / (a + t);
  return t;
}

/** log of Mills' ratio, log(e^(a^2 / 2) times the integral of e^(-z^2 / 2) from a to Infinity). */
export function logMillsRatio(a: number): number {
  if (a > FAR) return -log(a + excessMean(a));
  return 0.5 * a * a + LOG_ROOT_TWO_PI + log(normalTail(a));
}

/** E[z - a | z >= a] */
export function excessMean(a: number): number {
  return a > FAR ? 1 / (a + fraction(a)) : normalDensity(a) / normalTail(a) - a;
}

/** Var[z | z >= a] = 1 - e (a + e), e the mean excess 1 / (a + t): far out, e (t - e). */
export function excessVariance(a: number): number {
  const e = excessMean(a);
  return a > FAR ? e * (fraction(a) - e) : 1 - e * (a + e);
}

/**
 * Draws z - a given z >= a. For a <= 0, draws normal numbers until one is above a, as at least half of them are; else
 * exponential proposals of rate (a + sqrt(a^2 + 4)) / 2, of which at least 76 % are accepted (Robert, Simulation of
 * truncated normal variables, 1995). For NaN it is NaN, which no proposal would ever be accepted for.
 */
export function drawExcess(a: number, random: Random): number {
  if (Number.isNaN(a)) return a;
  if (a <= 0) {
    for (;;) {
      const excess = random.normal() - a;
      if (excess >= 0) return excess;
    }
  }
  const rate = 0.5 * (a + Math.sqrt(a * a + 4));
  // rate - a, which would cancel.
  const gap = 2 / (a + Math.sqrt(a * a + 4));
  for (;;) {
    const excess = -log(1 - random.uniform()) / rate;
    const distance = excess - gap;
    if (random.uniform() < exp(-0.5 * distance * distance)) return excess;
  }
}
