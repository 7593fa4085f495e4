import { binomialAtMost, binomialProbability } from "engram/math";
import type { Interval } from "../statistics.js";

/** How two ways to answer the same questions differ. */
export interface PairedCounts {
  /** Questions that only the first, and that only the second, answers wrongly. */
  readonly onlyA: number;
  readonly onlyB: number;
  /** All questions, the ones that both get right or wrong with them. */
  readonly trials: number;
}

/**
 * The difference of two error rates on the same questions with a confidence interval that few questions do not make too narrow
 * (Fay and Lumbard, Confidence intervals for difference in proportions for matched pairs compatible with exact McNemar's or sign
 * tests, 2021). The difference is T (2 B - 1), where T is the probability that the two differ and B the one that it is the
 * first that is wrong then; both have the confidence distributions of Clopper and Pearson, whose quantiles are their limits,
 * and these distributions are taken as independent. The interval excludes 0 exactly where the exact test of McNemar rejects
 * that the rates are equal. That it covers the truth with at least the given confidence is not proved, but has held wherever
 * the authors worked it out, for up to 100 questions.
 */
export function pairedDifference({ onlyA, onlyB, trials }: PairedCounts, confidence: number): Interval {
  const tail = (1 - confidence) / 2;
  return {
    value: (onlyA - onlyB) / trials,
    low: lowerLimit(onlyA, onlyA + onlyB, trials, tail),
    high: -lowerLimit(onlyB, onlyA + onlyB, trials, tail),
  };
}

/** The `tail` quantile of T (2 B - 1), T and B as low as their confidence distributions have it at that place. */
function lowerLimit(onlyA: number, differing: number, trials: number, tail: number): number {
  const isAbove = betaAtMost(onlyA, differing, 0.5) <= tail;
  const rank = isAbove ? differing : differing + 1;
  let [low, high] = isAbove ? [0, 1] : [-1, 0];
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (productAtMost(middle, rank, trials, (b) => betaAtMost(onlyA, differing, b)) < tail) low = middle;
    else high = middle;
  }
  // The outer bound: the interval must not be too narrow by a rounding error.
  return low;
}

/** P(X <= x) of the one of `rank` by size of n uniform numbers, which is 0 for rank 0 and 1 for rank n + 1. */
function betaAtMost(rank: number, n: number, x: number): number {
  if (x < 0) return 0;
  return x >= 1 ? 1 : binomialAtMost(n - rank, n, 1 - x);
}

/** This number of points leaves the ends of an interval off by less than 1e-8 of its width. */
const POINTS = 200;

/** P(T (2 B - 1) <= x) for T the one of `rank` by size of n uniform numbers. */
function productAtMost(x: number, rank: number, n: number, atMost: (b: number) => number): number {
  if (rank > n) return atMost((1 + x) / 2);
  const mean = rank / (n + 1);
  const reach = 10 * Math.sqrt((mean * (1 - mean)) / n) + 30 / n;
  // A smaller T has the product on one side of x whatever B is.
  const from = Math.max(mean - reach, Math.abs(x));
  const width = Math.min(mean + reach, 1) - from;
  let sum = 0;
  for (let k = 0; k < POINTS && width > 0; k++) {
    // Crowded at both ends, where the integrand may begin or end with a jump (by a polynomial whose slopes are 0 there).
    const s = (k + 0.5) / POINTS;
    const t = from + width * s * s * s * (10 - s * (15 - 6 * s));
    const weight = (width * 30 * s * s * (1 - s) * (1 - s)) / POINTS;
    sum += weight * n * binomialProbability(rank - 1, n - 1, t) * atMost((1 + x / t) / 2);
  }
  return x > 0 ? sum + betaAtMost(rank, n, from) : sum;
}
