import { asynchronous, Bam, Hopfield, HopfieldNet, type LearningRule, PatternSet, type Random, toMatrix } from "engram";
import { log } from "engram/math";
import type { BudgetedMeans, Learn, Learned, Untrained } from "./contestant.js";
import { held, precisionOf, rounded, SCALE } from "./counted.js";

/** No couplings, symmetric or not, hold more than 2n random patterns (Cover 1965, Gardner 1988). */
const MOST_OF_COUPLINGS = 2;

/** Sweeps of an asynchronous recall, at most: couplings that are not symmetric need not settle. */
export const SWEEPS = 30;

const log2 = (x: number) => log(x) / Math.LN2;

const pairs = (units: number) => (units * (units - 1)) / 2;

/** How many couplings there are. */
export interface Couplings {
  readonly words: string;
  readonly of: (units: number) => number;
}

export const TRIANGLE: Couplings = { words: "n (n - 1) / 2", of: pairs };
export const SQUARE: Couplings = { words: "n^2 / 4", of: (units) => (units / 2) * (units / 2) };

/** A Hopfield memory as the library has it. */
export function hopfield(rule: LearningRule): Learn {
  return (stored, { kernels }) => {
    const memory = held(() => new Hopfield(stored.units, { rule, kernels }).store(stored));
    return memory && ((cues, random) => statesOf(memory.recallMany(cues, settling(random))));
  };
}

/** Couplings that are sums of p products of spins: whole numbers from -p to p of the parity of p, log2(p + 1) bits each. */
export function wholeNumbers(name: string, couplings: Couplings, learn: Learn): Untrained {
  const bits = (units: number, patterns: number) => Math.ceil(couplings.of(units) * log2(patterns + 1));
  return {
    name,
    keeps: "whole numbers",
    counted: `${couplings.words} whole numbers of log2(p + 1) bits`,
    most(units, budget) {
      let patterns = MOST_OF_COUPLINGS * units;
      while (patterns > 0 && bits(units, patterns) > budget) patterns--;
      return patterns;
    },
    bits,
    learn,
  };
}

/** How many numbers a rule learns. */
interface Numbers {
  readonly asymmetric?: boolean;
  readonly thresholds?: boolean;
}

/** The couplings of a rule, and thresholds if it learns any, as numbers of as many bits as fit. */
export function numbers(
  name: string,
  rule: LearningRule,
  { asymmetric = false, thresholds = false }: Numbers = {},
): Untrained {
  const count = (units: number) => (asymmetric ? 2 : 1) * pairs(units) + (thresholds ? units : 0);
  const scales = thresholds ? 2 * SCALE : SCALE;
  const precision = (units: number, budget: number) => precisionOf(count(units), budget - scales);
  return {
    name,
    keeps: "rounded numbers",
    counted: `n (n - 1)${asymmetric ? "" : " / 2"}${thresholds ? " + n" : ""} numbers of as many bits as fit`,
    most: (units, budget) => (precision(units, budget) < 1 ? 0 : MOST_OF_COUPLINGS * units),
    bits: (units, _, budget) => count(units) * precision(units, budget) + scales,
    learn(stored, { budget, kernels }) {
      const interaction = held(() => rule.learn(stored, kernels).interaction);
      if (interaction === undefined) return undefined;
      const { units } = stored;
      const bits = precision(units, budget);
      const weights = rounded(toMatrix(interaction), bits);
      const theta = interaction.thresholds && rounded(interaction.thresholds, bits);
      interaction.dispose();
      const rows = Array.from({ length: units }, (_, i) => weights.slice(i * units, (i + 1) * units));
      for (const [i, row] of rows.entries()) row[i] = 0;
      const net = new HopfieldNet(rows, theta);
      return (cues, random) =>
        statesOf(Array.from({ length: cues.count }, (_, r) => net.run(cues.select([r]), settling(random.fork(r)))));
    },
  };
}

/** The halves of a pattern as a pair, each of which recalls the other. */
export function halves(stored: PatternSet, { kernels }: BudgetedMeans): Learned {
  const size = stored.units / 2;
  const split = (set: PatternSet) => {
    const rows = Array.from({ length: set.count }, (_, r) => set.spins(r));
    return {
      left: PatternSet.from(rows.map((row) => row.subarray(0, size))),
      right: PatternSet.from(rows.map((row) => row.subarray(size))),
    };
  };
  const memory = new Bam(size, size, { kernels }).store(split(stored));
  return (cues, random) => {
    const recalls = memory.recallMany(split(cues), settling(random));
    return PatternSet.from(recalls.map(({ state: { left, right } }) => [...left, ...right]));
  };
}

function settling(random: Random) {
  return { dynamics: asynchronous({ maxSweeps: SWEEPS }), random };
}

export function statesOf(recalls: readonly { readonly state: ArrayLike<number> }[]): PatternSet {
  return PatternSet.from(recalls.map(({ state }) => state));
}
