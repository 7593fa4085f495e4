import {
  Autoassociator,
  asynchronous,
  Bam,
  binary,
  bounded,
  contrastiveDivergence,
  covariance,
  DataError,
  dense,
  diederichOpper,
  gardner,
  Hopfield,
  HopfieldNet,
  hebb,
  LargeMemory,
  type LearningRule,
  ModernMemory,
  marginalist,
  PatternSet,
  perceptron,
  projection,
  type Random,
  Rbm,
  storkey,
  toMatrix,
  train,
} from "engram";
import type { Kernels, MakeWorkspace } from "engram/kernels";
import { bitDistance, log } from "engram/math";
import { absolute, rectifiedPower } from "engram/units";

/** What learning may use beside the patterns. */
export interface Means {
  /** Bits that the memory may keep. */
  readonly budget: number;
  readonly random: Random;
  readonly kernels: Kernels;
  readonly workspace: MakeWorkspace;
  readonly signal: AbortSignal;
}

/** What a memory keeps of its patterns. */
export type Form = "the patterns" | "whole numbers" | "rounded numbers";

/** A memory that is compared with others at the same number of stored bits. */
export interface Contestant {
  readonly name: string;
  readonly keeps: Form;
  /** What is counted as stored, in words. */
  readonly counted: string;
  /** The largest number of patterns of n bits that it may be given within a budget of bits; 0 where it does not fit at all. */
  most(units: number, budget: number): number;
  /** Bits that it keeps of that many patterns. */
  bits(units: number, patterns: number, budget: number): number;
  /** Learns patterns; undefined where it cannot hold them. */
  learn(stored: PatternSet, means: Means): Learned | undefined | Promise<Learned | undefined>;
}

/** What a memory recalls from each cue. */
export type Learned = (cues: PatternSet, random: Random) => PatternSet;

/** No couplings, symmetric or not, hold more than 2n random patterns (Cover 1965, Gardner 1988). */
const MOST_OF_COUPLINGS = 2;

/** Sweeps of an asynchronous recall, at most: couplings that are not symmetric need not settle. */
const SWEEPS = 30;

/** Bits of the scale of numbers that are kept in whole steps. */
const SCALE = 32;

/** The most bits of one number. */
const PRECISE = 32;

/** The name of the ceiling. */
export const CEILING = "nearest pattern";

const log2 = (x: number) => log(x) / Math.LN2;

const pairs = (units: number) => (units * (units - 1)) / 2;

/** How many couplings there are. */
interface Couplings {
  readonly words: string;
  readonly of: (units: number) => number;
}

const TRIANGLE: Couplings = { words: "n (n - 1) / 2", of: pairs };
const SQUARE: Couplings = { words: "n^2 / 4", of: (units) => (units / 2) * (units / 2) };

/** The memories in the order of the table; a further kind is one more entry. */
export const contestants: readonly Contestant[] = [
  patternsKept(CEILING, (stored) => (cues) => nearest(stored, cues)),
  wholeNumbers("Hebb", TRIANGLE, hopfield(hebb())),
  wholeNumbers("autoassociator", TRIANGLE, (stored) => {
    const memory = new Autoassociator(stored.units).store(stored);
    return (cues) => statesOf(memory.recallMany(cues, { feedback: true, maxSteps: SWEEPS }));
  }),
  wholeNumbers("BAM of two halves", SQUARE, halves),
  numbers("bounded", bounded()),
  numbers("marginalist", marginalist()),
  numbers("covariance", covariance(), { thresholds: true }),
  numbers("Storkey", storkey()),
  numbers("projection", projection()),
  numbers("perceptron", perceptron({ kappa: 1, limit: 200 }), { thresholds: true }),
  numbers("Diederich-Opper", diederichOpper({ kappa: 1, limit: 200 }), { asymmetric: true }),
  numbers("Gardner", gardner({ kappa: 1, limit: 200 }), { asymmetric: true }),
  restrictedBoltzmann(),
  patternsKept("Hebb as patterns", hopfield(hebb())),
  patternsKept("projection as patterns", hopfield(projection())),
  patternsKept("dense x^3", hopfield(dense({ separation: "power", power: 3 }))),
  patternsKept("large x^3", (stored) => {
    const layers = { visible: absolute(), hidden: rectifiedPower({ power: 3 }) };
    const memory = new LargeMemory(stored.units, layers).store(stored);
    return (cues) => signsOf(memory.recallMany(cues, { maxSteps: 200, tolerance: 1e-3 }));
  }),
  patternsKept("dense exp(x)", hopfield(dense({ separation: "exponential", beta: 1 }))),
  patternsKept("modern", (stored) => {
    const memory = new ModernMemory(stored.units, { beta: 1 }).store(stored);
    return (cues) => signsOf(memory.recallMany(cues, { energies: false }));
  }),
];

type Learn = Contestant["learn"];

/** A Hopfield memory as the library has it. */
function hopfield(rule: LearningRule): Learn {
  return (stored, { kernels }) => {
    const memory = held(() => new Hopfield(stored.units, { rule, kernels }).store(stored));
    return memory && ((cues, random) => statesOf(memory.recallMany(cues, settling(random))));
  };
}

/** What a rule learns; undefined where it cannot hold the patterns. */
function held<T>(learn: () => T): T | undefined {
  try {
    return learn();
  } catch (error) {
    if (error instanceof DataError) return undefined;
    throw error;
  }
}

/** A memory that keeps the patterns themselves. */
function patternsKept(name: string, learn: Learn): Contestant {
  return {
    name,
    keeps: "the patterns",
    counted: "n p bits",
    most: (units, budget) => Math.floor(budget / units),
    bits: (units, patterns) => units * patterns,
    learn,
  };
}

/** Couplings that are sums of p products of spins: whole numbers from -p to p of the parity of p, log2(p + 1) bits each. */
function wholeNumbers(name: string, couplings: Couplings, learn: Learn): Contestant {
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
function numbers(
  name: string,
  rule: LearningRule,
  { asymmetric = false, thresholds = false }: Numbers = {},
): Contestant {
  const count = (units: number) => (asymmetric ? 2 : 1) * pairs(units) + (thresholds ? units : 0);
  const scales = thresholds ? 2 * SCALE : SCALE;
  const precision = (units: number, budget: number) =>
    Math.max(0, Math.min(PRECISE, Math.floor((budget - scales) / count(units))));
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

/**
 * Numbers rounded to this number of bits: to the nearest of 2^bits levels, symmetric about zero and evenly spaced. Of several
 * spacings the one with the smallest squared error is used.
 */
export function rounded(values: Float64Array, bits: number): Float64Array {
  if (bits >= PRECISE) return Float64Array.from(values, Math.fround);
  const largest = values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  if (largest === 0) return values.slice();
  const levels = 2 ** bits;
  let best: { readonly out: Float64Array; readonly error: number } | undefined;
  // With many levels the largest number must be reached; with few, most numbers gain by smaller steps.
  for (let part = 20; part >= (bits > 8 ? 20 : 2); part--) {
    const step = (2 * largest * part) / 20 / levels;
    let error = 0;
    const out = values.map((x) => {
      const k = Math.max(-levels / 2, Math.min(levels / 2 - 1, Math.floor(x / step)));
      const nearest = (k + 1 / 2) * step;
      error += (x - nearest) * (x - nearest);
      return nearest;
    });
    if (best === undefined || error < best.error) best = { out, error };
  }
  return best?.out ?? values.slice();
}

/** Whole bytes for the weights and biases of an RBM. */
const BYTE = 8;
/** Least numbers of passes over the patterns and of updates in a training, the size of a batch, and rounds of a recall. */
const EPOCHS = 300;
const UPDATES = 3000;
const BATCH = 10;
const ROUNDS = 20;

/** An RBM that is trained on the patterns; from a cue hidden and visible means follow each other, and are rounded at the end. */
function restrictedBoltzmann(): Contestant {
  const hidden = (units: number, budget: number) =>
    Math.max(0, Math.floor(((budget - SCALE) / BYTE - units) / (units + 1)));
  return {
    name: "trained RBM",
    keeps: "rounded numbers",
    counted: "(n + 1)(k + 1) - 1 numbers of 8 bits, k hidden units",
    // No memory gives back more random patterns than its bits are enough for.
    most: (units, budget) => (hidden(units, budget) < 1 ? 0 : Math.floor(budget / units)),
    bits: (units, _, budget) => ((units + 1) * (hidden(units, budget) + 1) - 1) * BYTE + SCALE,
    async learn(stored, { budget, random, workspace, signal }) {
      const { units, count } = stored;
      const k = hidden(units, budget);
      const weights = Array.from({ length: units }, () => Float64Array.from({ length: k }, () => random.normal() / 20));
      const rbm = new Rbm({ visible: binary(units), hidden: binary(k), weights });
      const method = contrastiveDivergence({ steps: 1 });
      const epochs = Math.max(EPOCHS, Math.ceil(UPDATES / Math.ceil(count / BATCH)));
      const options = { method, batch: Math.min(BATCH, count), epochs, rate: 0.1, seed: random.integer(2 ** 31) };
      for await (const _ of train(rbm, stored, { ...options, workspace, signal }));
      const kept = quantised(rbm);
      return (cues) => {
        let visible = Float64Array.from({ length: cues.count * units }, (_, at) => {
          return cues.binary(Math.floor(at / units))[at % units];
        });
        for (let round = 0; round < ROUNDS; round++) {
          visible = Float64Array.from(kept.visibleMean(kept.hiddenMean(visible).map(half)), half);
        }
        const rows = Array.from({ length: cues.count }, (_, r) => visible.subarray(r * units, (r + 1) * units));
        return PatternSet.from(rows);
      };
    },
  };
}

const half = (mean: number) => (mean > 1 / 2 ? 1 : 0);

/** The same machine with weights and biases of whole bytes, on one scale. */
function quantised({ visible, hidden, weights }: Rbm): Rbm {
  const [b, c] = [visible.parameters, hidden.parameters];
  const all = new Float64Array(weights.values.length + b.length + c.length);
  all.set(weights.values);
  all.set(b, weights.values.length);
  all.set(c, weights.values.length + b.length);
  const kept = rounded(all, BYTE);
  const rows = Array.from({ length: b.length }, (_, i) => kept.subarray(i * c.length, (i + 1) * c.length));
  const biases = kept.subarray(weights.values.length);
  return new Rbm({
    visible: binary(b.length, { bias: biases.slice(0, b.length) }),
    hidden: binary(c.length, { bias: biases.slice(b.length) }),
    weights: rows,
  });
}

/** The halves of a pattern as a pair, each of which recalls the other. */
function halves(stored: PatternSet, { kernels }: Means): Learned {
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

/** Each cue's nearest stored pattern, the first of equal ones. */
function nearest(stored: PatternSet, cues: PatternSet): PatternSet {
  const rows = Array.from({ length: cues.count }, (_, r) => {
    let [best, least] = [0, stored.units + 1];
    for (let mu = 0; mu < stored.count; mu++) {
      const distance = bitDistance(cues.bits, r, stored.bits, mu);
      if (distance < least) [best, least] = [mu, distance];
    }
    return best;
  });
  return stored.select(rows);
}

function settling(random: Random) {
  return { dynamics: asynchronous({ maxSweeps: SWEEPS }), random };
}

function statesOf(recalls: readonly { readonly state: ArrayLike<number> }[]): PatternSet {
  return PatternSet.from(recalls.map(({ state }) => state));
}

/** The signs of real states; 0 is +1. */
function signsOf(recalls: readonly { readonly state: Float64Array }[]): PatternSet {
  return PatternSet.from(recalls.map(({ state }) => state.map((x) => (x >= 0 ? 1 : -1))));
}
