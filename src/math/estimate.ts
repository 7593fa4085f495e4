import { ArgumentError, requireNumber } from "../errors.js";
import { normalQuantile } from "./normal.js";

/** A mean over independent draws, with its error. */
export interface Estimate {
  readonly value: number;
  /** Standard deviation of the draws over the root of their number. */
  readonly standardError: number;
  /** The ends of the confidence interval. */
  readonly low: number;
  readonly high: number;
  readonly draws: number;
}

/**
 * The mean of independent draws with Student's confidence interval.
 *
 * @throws ArgumentError for fewer than three draws, whose spread says nothing
 */
export function estimateMean(draws: ArrayLike<number>, confidence = 0.95): Estimate {
  if (draws.length < 3) throw new ArgumentError(`draws has ${draws.length} values; an error needs at least 3`);
  requireNumber("confidence", confidence, 0, 1);
  let sum = 0;
  for (let k = 0; k < draws.length; k++) sum += draws[k];
  const value = sum / draws.length;
  let squares = 0;
  for (let k = 0; k < draws.length; k++) squares += (draws[k] - value) * (draws[k] - value);
  const standardError = Math.sqrt(squares / (draws.length - 1) / draws.length);
  const width = standardError === 0 ? 0 : standardError * studentQuantile((1 - confidence) / 2, draws.length - 1);
  return { value, standardError, low: value - width, high: value + width, draws: draws.length };
}

/**
 * What Student's t with nu >= 2 degrees of freedom exceeds with the given probability: the expansion about the normal
 * quantile in 1 / nu (Abramowitz and Stegun, Handbook, 26.7.5), within 1 % at nu = 2 and 95 %, 1e-4 from nu = 6.
 */
function studentQuantile(probability: number, nu: number): number {
  const z = -normalQuantile(probability);
  const s = z * z;
  const g1 = (s + 1) / 4;
  const g2 = ((5 * s + 16) * s + 3) / 96;
  const g3 = (((3 * s + 19) * s + 17) * s - 15) / 384;
  const g4 = ((((79 * s + 776) * s + 1482) * s - 1920) * s - 945) / 92160;
  return z * (1 + (g1 + (g2 + (g3 + g4 / nu) / nu) / nu) / nu);
}
