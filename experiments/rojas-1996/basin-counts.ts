import {
  basins,
  HopfieldNet,
  hebb,
  type Interaction,
  PatternSet,
  quadratic,
  type Random,
  randomPatterns,
} from "engram";
import { DenseCouplings } from "engram/interactions";
import { type Kernels, tie } from "engram/kernels";
import { asMatrix, bitDistance, bitMatrix, moorePenrose } from "engram/math";

/** Rojas' examples, tables and pictures as the lecture slides print them, whose numbering of definitions is the book's. */
export const citation =
  "Rojas, Neural Networks: A Systematic Introduction, Springer, 1996, as printed in Na, Associative Memory for Deep Learning (lecture slides, Jeonbuk National University, 2021)";

/** Units of the nets. */
export const UNITS = 10;

/** Hamming distances of the tables, and how many states lie at each from a given one. */
export const DISTANCES = [0, 1, 2, 3, 4];
const AROUND = [1, 10, 45, 120, 210, 252];

/** How stored vectors become an interaction. */
export type Learning = (stored: PatternSet, kernels: Kernels) => Interaction;

/** W = X^T X, the diagonal included. */
export const correlation: Learning = (stored, kernels) =>
  hebb({ selfCoupling: true }).learn(stored, kernels).interaction;

/** W = X^T X without the diagonal. */
export const withoutSelfCoupling: Learning = (stored, kernels) => hebb().learn(stored, kernels).interaction;

/** W = X^+ X, the orthogonal projection on the span of the stored vectors, which may depend on each other. */
export const pseudoinverse: Learning = (stored, kernels) => {
  const x = Array.from({ length: stored.count }, (_, r) => stored.spins(r));
  const { inverse } = moorePenrose(asMatrix("stored", x));
  const weights = new Float64Array(UNITS * UNITS);
  for (let i = 0; i < UNITS; i++) {
    for (let mu = 0; mu < x.length; mu++) {
      for (let j = 0; j < UNITS; j++) weights[i * UNITS + j] += inverse.values[i * x.length + mu] * x[mu][j];
    }
  }
  return quadratic(new DenseCouplings(weights, UNITS, kernels));
};

/** At each distance, the number of states around all stored patterns that reach the pattern in the given steps. */
export function countReached(
  stored: PatternSet,
  learning: Learning,
  { steps, distances = DISTANCES, kernels }: { steps: number; distances?: readonly number[]; kernels: Kernels },
): number[] {
  const interaction = learning(stored, kernels);
  const all = basins(new HopfieldNet(interaction), stored, { steps, distances });
  interaction.dispose();
  return distances.map((_, k) => all.reduce((sum, { rows }) => sum + rows[k].count, 0));
}

/**
 * The least and the most that one step can give where a zero field may fall either way, as it does when rounding errors
 * decide: states that become the pattern without any zero field, and those that do if all of them fall its way.
 */
export function boundsAfterOneStep(stored: PatternSet, learning: Learning, kernels: Kernels): [number[], number[]] {
  const interaction = learning(stored, kernels);
  const fields = new Float64Array(2 ** UNITS * UNITS);
  interaction.fields(allStates, fields);
  interaction.dispose();
  const least = DISTANCES.map(() => 0);
  const most = DISTANCES.map(() => 0);
  for (let mu = 0; mu < stored.count; mu++) {
    const pattern = stored.spins(mu);
    for (let s = 0; s < allStates.rows; s++) {
      const h = bitDistance(allStates, s, stored.bits, mu);
      if (h >= DISTANCES.length) continue;
      let stability = Number.POSITIVE_INFINITY;
      for (let i = 0; i < UNITS; i++) stability = Math.min(stability, pattern[i] * fields[s * UNITS + i]);
      if (stability > tie) least[h]++;
      if (stability > -tie) most[h]++;
    }
  }
  return [least, most];
}

/** Every state of ten units. */
const allStates = bitMatrix(2 ** UNITS, UNITS);
for (let s = 0; s < allStates.rows; s++) allStates.words[s * allStates.stride] = s;

/** `countReached` for the first pattern of a draw, the first two, ... : `nested[m - 1]` are the counts of m patterns. */
export function countNested(
  most: number,
  learning: Learning,
  { random, ...options }: { random: Random; steps: number; distances?: readonly number[]; kernels: Kernels },
): number[][] {
  const patterns = randomPatterns(most, UNITS, random);
  return Array.from({ length: most }, (_, k) => {
    const stored = patterns.select(Array.from({ length: k + 1 }, (_, r) => r));
    return countReached(stored, learning, options);
  });
}

/** A count as the percentage of the states at distance h around m patterns. */
export function percentage(count: number, h: number, m: number): number {
  return (100 * count) / (m * AROUND[h]);
}

/**
 * All sets of m vectors that differ by more than a renumbering of the units: a unit has one of 2^m columns of spins, and
 * only how many units have which matters, C(2^m + 9, 10) sets in all. Calls `see` with those whose number leaves
 * `remainder` on division by `parts`.
 */
export function eachSet(m: number, parts: number, remainder: number, see: (set: PatternSet) => void): void {
  const columns = new Array<number>(UNITS).fill(0);
  for (let number = 0; ; number++) {
    if (number % parts === remainder) {
      see(PatternSet.from(Array.from({ length: m }, (_, mu) => columns.map((column) => ((column >> mu) & 1) * 2 - 1))));
    }
    // The next non-decreasing sequence of columns.
    let i = UNITS - 1;
    while (i >= 0 && columns[i] === 2 ** m - 1) i--;
    if (i < 0) return;
    columns.fill(columns[i] + 1, i);
  }
}
