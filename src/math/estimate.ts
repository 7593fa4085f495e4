import { ArgumentError, requireNumber } from "../errors.js";
import { standardErrorOfMean } from "./standard-error.js";
import { studentQuantile } from "./student.js";

/** A mean over independent draws, with its error. */
export interface Estimate {
  readonly value: number;
  /** Standard deviation of the draws divided by the square root of their number. */
  readonly standardError: number;
  /** The ends of the confidence interval. */
  readonly low: number;
  readonly high: number;
  readonly draws: number;
}

/**
 * The mean of independent draws with Student's confidence interval.
 *
 * @throws ArgumentError for fewer than three draws
 */
export function estimateMean(draws: ArrayLike<number>, confidence = 0.95): Estimate {
  if (draws.length < 3) throw new ArgumentError(`draws has ${draws.length} values; a standard error needs at least 3`);
  requireNumber("confidence", confidence, 0, 1);
  let sum = 0;
  for (let k = 0; k < draws.length; k++) sum += draws[k];
  const value = sum / draws.length;
  const standardError = standardErrorOfMean(draws, value);
  const width = standardError === 0 ? 0 : -standardError * studentQuantile((1 - confidence) / 2, draws.length - 1);
  return { value, standardError, low: value - width, high: value + width, draws: draws.length };
}
