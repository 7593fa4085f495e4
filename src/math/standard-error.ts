import { square } from "./elementary.js";

/**
 * The standard error of the mean of independent values, sqrt(sum (x - mean)^2 / (N - 1) / N). One value says nothing about
 * its error, which may be of any size: then it is Infinity, so that no bound or test that uses it claims anything.
 *
 * @param mean the mean of the values
 */
export function standardErrorOfMean(values: ArrayLike<number>, mean: number): number {
  return Math.sqrt(varianceOfMean(values, mean));
}

/** The square of `standardErrorOfMean`. */
export function varianceOfMean(values: ArrayLike<number>, mean: number): number {
  const count = values.length;
  if (count < 2) return Number.POSITIVE_INFINITY;
  let squares = 0;
  for (let k = 0; k < count; k++) squares += square(values[k] - mean);
  return squares / (count - 1) / count;
}
