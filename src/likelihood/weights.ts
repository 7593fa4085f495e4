import { ArgumentError, DataError } from "../errors.js";
import { exp, log, square } from "../math/elementary.js";

/** The mean of weights that are given by their logarithms. */
export interface LogMean {
  /** log of the mean weight. */
  readonly value: number;
  /** Standard error of `value`, by the delta method: that of the mean weight divided by the mean weight. */
  readonly standardError: number;
  /** (sum w)^2 / sum w^2, from 1 to the number of weights. */
  readonly effectiveSampleSize: number;
}

/**
 * log of the mean of independent weights w, with its error. The mean of w is unbiased, so its logarithm is on average too
 * low, by about standardError^2 / 2 if that is small. If few weights dominate the sum, `effectiveSampleSize` is small and
 * the error is unreliable (Neal, Annealed importance sampling, 2001; Kong, Liu and Wong, Sequential imputations and
 * Bayesian missing data problems, 1994).
 *
 * @throws ArgumentError for fewer than two weights, DataError for one that is NaN or infinite, or if all are zero
 */
export function logMeanWeight(logWeights: ArrayLike<number>): LogMean {
  const count = logWeights.length;
  if (!(count >= 2))
    throw new ArgumentError(`logWeights has ${count} values; expected at least 2, to estimate the error`);
  let largest = Number.NEGATIVE_INFINITY;
  for (let r = 0; r < count; r++) {
    if (Number.isNaN(logWeights[r]) || logWeights[r] === Number.POSITIVE_INFINITY) {
      const remedy = "expected the logarithm of a weight: does the machine have a finite Z?";
      throw new DataError(`logWeights[${r}] is ${logWeights[r]}; ${remedy}`);
    }
    largest = Math.max(largest, logWeights[r]);
  }
  if (largest === Number.NEGATIVE_INFINITY)
    throw new DataError("logWeights are all -Infinity; expected a weight above 0");
  let sum = 0;
  let squares = 0;
  for (let r = 0; r < count; r++) {
    const weight = exp(logWeights[r] - largest);
    sum += weight;
    squares += weight * weight;
  }
  const mean = sum / count;
  let spread = 0;
  for (let r = 0; r < count; r++) spread += square(exp(logWeights[r] - largest) - mean);
  return {
    value: largest + log(mean),
    standardError: Math.sqrt(spread / (count - 1) / count) / mean,
    effectiveSampleSize: (sum * sum) / squares,
  };
}
