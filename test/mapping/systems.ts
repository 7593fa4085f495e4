import { Hopfield, type LearningRule, PatternSet, projection, type Random, randomPatterns } from "../../src/index.js";

/** All 2^n states of n spins, row after row. */
export function allStates(n: number): Float64Array {
  return Float64Array.from({ length: 2 ** n * n }, (_, k) => ((Math.floor(k / n) >> (k % n)) & 1 ? 1 : -1));
}

/** The same states as a set. */
export function allPatterns(n: number): PatternSet {
  const states = allStates(n);
  return PatternSet.from(Array.from({ length: 2 ** n }, (_, r) => states.subarray(r * n, (r + 1) * n)));
}

/** Random thresholds of order one. */
export function randomThresholds(n: number, random: Random): Float64Array {
  return Float64Array.from({ length: n }, () => random.normal() / 2);
}

/** A memory of random patterns, correlated in that they agree on the first third of the units. */
export function correlatedMemory(
  units: number,
  count: number,
  random: Random,
  { rule = projection({ selfCoupling: true }), thresholds }: { rule?: LearningRule; thresholds?: Float64Array } = {},
): Hopfield {
  const patterns = randomPatterns(count, units, random);
  const rows = Array.from({ length: count }, (_, mu) =>
    patterns.spins(mu).map((x, i) => (3 * i < units ? patterns.spins(0)[i] : x)),
  );
  return new Hopfield(units, { rule, thresholds }).store(PatternSet.from(rows));
}

/** sum_k w_k f(x_k) ~ int f over the line by the trapezoid rule, which converges faster than any power for such f. */
export function trapezoid(reach: number, points: number): { readonly nodes: number[]; readonly weight: number } {
  const weight = (2 * reach) / points;
  return { nodes: Array.from({ length: points + 1 }, (_, k) => -reach + k * weight), weight };
}
