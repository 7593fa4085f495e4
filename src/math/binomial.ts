import { requireInteger, requireNumber } from "../errors.js";
import { exp, log } from "./elementary.js";
import { requireProbability } from "./random.js";

/** log n! minus Stirling's approximation, for n = 1 ... 15; the series below is used for larger n. */
const STIRLING_ERROR = [
  0.08106146679532726, 0.0413406959554093, 0.02767792568499834, 0.020790672103765093, 0.016644691189821193,
  0.013876128823070748, 0.01189670994589177, 0.010411265261972096, 0.009255462182712733, 0.00833056343336287,
  0.007573675487951841, 0.00694284010720953, 0.006408994188004207, 0.0059513701127588475, 0.005554733551962801,
];

function stirlingError(n: number): number {
  if (n < 16) return n === 0 ? 0 : STIRLING_ERROR[n - 1];
  const s = 1 / (n * n);
  return (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s / 1188)))) / n;
}

/** x log(x / m) + m - x. Where x is close to m this cancels: its series in (x - m) / (x + m) is used there. */
function deviance(x: number, m: number): number {
  if (x === 0) return m;
  if (Math.abs(x - m) >= 0.1 * (x + m)) return x * log(x / m) + m - x;
  const v = (x - m) / (x + m);
  let sum = (x - m) * v;
  let term = 2 * x * v;
  for (let j = 1; j < 100; j++) {
    term *= v * v;
    const next = sum + term / (2 * j + 1);
    if (next === sum) break;
    sum = next;
  }
  return sum;
}

/**
 * Probability of `count` successes in `trials` of probability p, by the saddle-point expansion (Loader, Fast and accurate
 * computation of binomial probabilities, 2000): the relative error is a few units in the last place of its logarithm.
 */
export function binomialProbability(count: number, trials: number, p: number): number {
  requireInteger("trials", trials, 0);
  requireInteger("count", count, 0, trials);
  requireProbability("p", p);
  const q = 1 - p;
  if (p === 0 || q === 0) return count === (p === 0 ? 0 : trials) ? 1 : 0;
  // At the ends the probability is a plain power, q^trials or p^trials, computed without cancellation for small p or q.
  if (count === 0) return exp(-deviance(trials, trials * q) - trials * p);
  if (count === trials) return exp(-deviance(trials, trials * p) - trials * q);
  const misses = trials - count;
  const exponent =
    stirlingError(trials) -
    stirlingError(count) -
    stirlingError(misses) -
    deviance(count, trials * p) -
    deviance(misses, trials * q);
  return 0.3989422804014327 * Math.sqrt(trials / (count * misses)) * exp(exponent);
}

/**
 * Probability of at most `count` successes in `trials` of probability p; small probabilities keep their relative
 * precision.
 */
export function binomialAtMost(count: number, trials: number, p: number): number {
  if (count < 0) return 0;
  if (count >= trials) return 1;
  if (count + 1 > trials * p) {
    const above = sumDown(trials - count - 1, trials, 1 - p);
    if (above < 0.5) return 1 - above;
  }
  return sumDown(count, trials, p);
}

/** sum_(j <= count) of the probabilities, from the largest term down to the first that is negligible. */
function sumDown(count: number, trials: number, p: number): number {
  const odds = (1 - p) / p;
  let term = binomialProbability(count, trials, p);
  let sum = term;
  for (let j = count; j > 0; j--) {
    term *= (j / (trials - j + 1)) * odds;
    sum += term;
    if (term < sum * 1e-17) break;
  }
  return sum;
}

/** An observed proportion with its confidence interval. */
export interface Proportion {
  readonly count: number;
  readonly trials: number;
  /** count / trials */
  readonly value: number;
  /** The ends of the interval; both equal `value` for a proportion of all cases. */
  readonly low: number;
  readonly high: number;
}

/**
 * A proportion with its Clopper-Pearson interval, the probabilities under which the count is in neither tail of
 * (1 - confidence) / 2 (Clopper and Pearson, The use of confidence or fiducial limits, 1934): it covers the truth with at
 * least the given confidence, whatever the truth is.
 */
export function proportion(count: number, trials: number, confidence = 0.95): Proportion {
  requireInteger("trials", trials, 1);
  requireInteger("count", count, 0, trials);
  requireNumber("confidence", confidence, 0, 1);
  const tail = (1 - confidence) / 2;
  const value = count / trials;
  const high = count === trials ? 1 : bisect((p) => binomialAtMost(count, trials, p) > tail, value, 1);
  const low = count === 0 ? 0 : 1 - bisect((p) => binomialAtMost(trials - count, trials, p) > tail, 1 - value, 1);
  return { count, trials, value, low, high };
}

/** A proportion of all cases, not of a sample: its interval is the value itself. */
export function exactProportion(count: number, trials: number): Proportion {
  const value = count / trials;
  return { count, trials, value, low: value, high: value };
}

/** The end of [low, high] up to which `holds` is true, to 2^-52. */
function bisect(holds: (x: number) => boolean, low: number, high: number): number {
  let a = low;
  let b = high;
  for (let step = 0; step < 52 && b > a; step++) {
    const middle = (a + b) / 2;
    if (holds(middle)) a = middle;
    else b = middle;
  }
  return (a + b) / 2;
}
