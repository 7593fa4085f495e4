import { requireNumber } from "../errors.js";
import { exp, log } from "../math/elementary.js";
import { legendrePanels } from "../math/legendre.js";
import { erf } from "../math/normal.js";
import { findMaximum, findRoot } from "../math/roots.js";

/**
 * A memory that has learned infinitely many random patterns one after the other, and forgets the oldest. A pattern of age
 * t, in patterns per unit, has the strength Lambda(t) in W.
 */
export interface Palimpsest {
  /** Lambda(t), t >= 0, falling with age. */
  strength(age: number): number;
  /** Overlap of the state that retrieves a pattern of that age, at zero temperature; undefined if it is forgotten. */
  overlap(age: number): number | undefined;
  /** The capacity: the age, in patterns per unit, up to which patterns are retrieved, and the overlap there. */
  readonly capacity: number;
  readonly overlapAtCapacity: number;
}

/**
 * Marginalist learning, Lambda(t) = epsilon exp(-epsilon^2 t / 2) (Nadal, Toulouse, Changeux and Dehaene, Networks of formal
 * neurons and memory palimpsests, 1986; Mezard, Nadal and Toulouse, Solvable models of working memories, 1986). The
 * crosstalk is r = integral of Lambda^2 / (1 - C Lambda)^2 dt, replica symmetric:
 * (2 / (epsilon C)^2) (epsilon C / (1 - epsilon C) + log(1 - epsilon C)). The best epsilon is 4.108, with a capacity of
 * 0.0489; below 2.465 no pattern is retrieved.
 *
 * @param strength epsilon, from 0.1 to 100
 */
export function marginalistTheory(strength: number): Palimpsest {
  requireNumber("strength", strength, 0.1, 100);
  const rate = (strength * strength) / 2;
  const crosstalk = (C: number) => {
    const x = strength * C;
    if (x > 0.05) return (2 * (x / (1 - x) + log(1 - x))) / (x * x);
    let sum = 0;
    for (let k = 16; k >= 2; k--) sum = sum * x + (k - 1) / k;
    return 2 * sum;
  };
  return palimpsest((age) => strength * exp(-rate * age), crosstalk, 1 / strength);
}

/**
 * Learning within bounds: steps xi_i xi_j / n, W_ij kept within A / sqrt(n) of zero (Parisi, A memory which forgets, 1986;
 * Nadal et al. 1986). sqrt(n) W_ij diffuses between reflecting walls; the remainder of a step after a time t is
 *
 *   Lambda(t) = sum over odd k of 8 / (pi k)^2 exp(-(pi k / A)^2 t / 8),
 *
 * and the variance of sqrt(n) W_ij is A^2 / 3. The part that is not a sum of patterns, A^2 / 3 - integral of Lambda^2,
 * acts as static noise (Sompolinsky, Neural networks with nonlinear synapses and a static noise, 1986):
 * r = integral of Lambda^2 / (1 - C Lambda)^2 dt + A^2 / 3 - integral of Lambda^2 dt.
 *
 * @param bound A, from 0.01 to 10
 */
export function boundedTheory(bound: number): Palimpsest {
  requireNumber("bound", bound, 0.01, 10);
  const square = bound * bound;
  const crosstalk = (C: number) => {
    let sum = 1 / 3;
    for (const { strength, weight } of walls) {
      const rest = 1 - C * strength;
      sum += weight * strength * strength * (1 / (rest * rest) - 1);
    }
    return square * sum;
  };
  return palimpsest((age) => survival(age / square), crosstalk, 1);
}

/** Lambda for A = 1. */
function survival(time: number): number {
  if (time === 0) return 1;
  let sum = 0;
  for (let k = 1; ; k += 2) {
    const term = exp((-Math.PI * Math.PI * k * k * time) / 8) / (k * k);
    sum += term;
    if (term < 1e-17 * sum || k > 1e6) return (8 / (Math.PI * Math.PI)) * sum;
  }
}

/** Lambda for A = 1 at the nodes of an integral over time = s^2, s in [0, 4]: in s it has no root at 0. */
const walls = legendrePanels(10, 4).map(({ u: s, du }) => ({ strength: survival(s * s), weight: 2 * s * du }));

/**
 * The theory for given Lambda and r(C), C < limit: m = erf y, y = Lambda m / sqrt(2 r), C = sqrt(2 / (pi r)) exp(-y^2)
 * (as Amit, Gutfreund and Sompolinsky 1987, with a strength for each pattern). y determines r, and so the strength that a
 * pattern needs; the smallest strength over all y is that of the oldest retrieved pattern.
 */
function palimpsest(strength: (age: number) => number, crosstalk: (C: number) => number, limit: number): Palimpsest {
  const needed = (y: number) => {
    const width = Math.sqrt(2 / Math.PI) * exp(-y * y);
    const excess = (root: number) => root * root - crosstalk(width / root);
    // C is below its limit where the root of r is above width / limit.
    const low = (width / limit) * (1 + 1e-12);
    let high = Math.max(2 * low, 1e-3);
    while (excess(high) < 0) high *= 2;
    return (Math.SQRT2 * findRoot(excess, low, high) * y) / erf(y);
  };
  const { at, value } = findMaximum((y) => -needed(y), 0.3, 6);
  const weakest = -value;
  const held = strength(0) > weakest;
  const ageOf = (wanted: number) => {
    let high = 1;
    while (strength(high) > wanted) high *= 2;
    return findRoot((age) => strength(age) - wanted, 0, high);
  };
  return {
    strength(age) {
      requireNumber("age", age, 0, Number.MAX_VALUE);
      return strength(age);
    },
    overlap(age) {
      requireNumber("age", age, 0, Number.MAX_VALUE);
      const own = strength(age);
      if (own < weakest) return undefined;
      let high = 2 * at;
      while (needed(high) < own) high *= 2;
      return erf(findRoot((y) => needed(y) - own, at, high));
    },
    capacity: held ? ageOf(weakest) : 0,
    overlapAtCapacity: held ? erf(at) : 0,
  };
}
