import { ArgumentError, ShapeError } from "../errors.js";

/** The area under a receiver operating characteristic. */
export interface AreaUnderCurve {
  /** The probability that a positive scores above a negative, ties counting half. */
  readonly value: number;
  /** Its standard error over draws of positives and negatives. */
  readonly error: number;
}

/**
 * The area under the receiver operating characteristic of scores, and its standard error (DeLong, DeLong and Clarke-Pearson,
 * Comparing the areas under two or more correlated receiver operating characteristic curves, 1988): with the share of the
 * others that each score ranks above, the variances of these shares among positives and negatives over their numbers.
 *
 * @param labels 1 for positives, 0 for negatives
 * @throws ShapeError for another number of labels, ArgumentError if all are the same or a score is NaN
 */
export function areaUnderCurve(scores: ArrayLike<number>, labels: ArrayLike<number>): AreaUnderCurve {
  if (scores.length !== labels.length) {
    throw new ShapeError(`labels has ${labels.length} entries for ${scores.length} scores; give one for each`);
  }
  const parts = [0, 1].map((label) => {
    const own = Array.from(scores).filter((_, k) => labels[k] === label);
    return Float64Array.from(own).sort();
  });
  const [negatives, positives] = parts;
  if (negatives.length + positives.length !== scores.length || negatives.length * positives.length === 0) {
    throw new ArgumentError(
      `labels has ${positives.length} ones and ${negatives.length} zeros; expected some of each and nothing else`,
    );
  }
  if (parts.some((part) => part.some(Number.isNaN))) throw new ArgumentError("scores holds NaN; expected numbers");
  const above = positives.map((score) => rank(negatives, score));
  const below = negatives.map((score) => 1 - rank(positives, score));
  const value = meanOf(above);
  return { value, error: Math.sqrt(varianceOf(above) / above.length + varianceOf(below) / below.length) };
}

/** The share of sorted scores that lie below a score, those equal to it counting half. */
function rank(sorted: Float64Array, score: number): number {
  return (countBelow(sorted, score, false) + countBelow(sorted, score, true)) / (2 * sorted.length);
}

function countBelow(sorted: Float64Array, score: number, orEqual: boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < score || (orEqual && sorted[middle] === score)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

/** Infinity for one value, which says nothing of its error. */
function varianceOf(values: Float64Array): number {
  if (values.length < 2) return Number.POSITIVE_INFINITY;
  const mean = meanOf(values);
  return values.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / (values.length - 1);
}
