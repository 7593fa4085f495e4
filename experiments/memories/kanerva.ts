import { PatternSet, type Random, randomPatterns } from "engram";
import { type GaussianMemory, isParameter, KanervaMemory, kanervaTraining, leaves, Perceptron } from "engram/neural";
import { linearDecay, trainBy } from "engram/training";
import type { Lessons, Means, Trained, Trainee, Untrained } from "./contestant.js";
import { NIBBLE, precisionOf, rounded, SCALE } from "./counted.js";

/** R and the factor of U have a scale each. */
const SCALES = 2 * SCALE;

/** Readings of a recall, at most. */
const READINGS = 10;

/** Numbers in R and in the triangle of U. */
const numbersOf = (rows: number, code: number) => rows * code + (rows * (rows + 1)) / 2;

/**
 * A Kanerva memory whose codes are the patterns themselves: it has as many rows as patterns. From a cue readings follow each
 * other, each from the signs of the one before.
 */
export function kanerva(): Untrained {
  const precision = (units: number, patterns: number, budget: number) =>
    precisionOf(numbersOf(patterns, units), budget - SCALES);
  return {
    name: "Kanerva",
    keeps: "rounded numbers",
    counted: "p n + p (p + 1) / 2 numbers of as many bits as fit",
    most(units, budget) {
      let patterns = 0;
      while (precision(units, patterns + 1, budget) >= 1) patterns++;
      return patterns;
    },
    bits: (units, patterns, budget) => numbersOf(patterns, units) * precision(units, patterns, budget) + SCALES,
    learn(stored, { budget, random }) {
      const { units, count } = stored;
      const memory = new KanervaMemory({ rows: count, code: units, seed: random.word() }).store(stored);
      round(memory.gaussian, precision(units, count, budget));
      return (cues) => {
        let states = cues;
        for (let reading = 0; reading < READINGS; reading++) {
          const read = memory.recallMany(states, { readings: 1 });
          states = PatternSet.from(read.map(({ state }) => state.map((x) => (x >= 0 ? 1 : -1))));
        }
        return states;
      };
    },
  };
}

/** Rows of a memory with an encoder, at most: writing an episode solves for weights of so many rows for each of its patterns. */
const ROWS = 32;
/** Units between pictures and codes; random patterns have nothing that a linear map could not say. */
const HIDDEN = 200;
/** Episodes of an update, and the learning rate, which falls linearly to 0. */
const [EPISODES, RATE] = [4, 0.005];
/** Updates of a training for each of the lessons. */
const SHARE = 1 / 2;
/** Random patterns to learn from, where none are given. */
const PATTERNS = 20_000;
/** Probability that a bit of a cue is drawn anew in training: a tenth of the bits are flipped. */
const DAMAGE = 0.2;

/** A Kanerva memory with a trained encoder and decoder: codes of n entries for random patterns, of n / 4 for pictures. */
export function trainedKanerva(): Trainee {
  return {
    name: "Kanerva, encoder",
    keeps: "rounded numbers",
    counted: `K C + K (K + 1) / 2 numbers of ${NIBBLE} bits, K at most ${ROWS} rows, codes of C = n entries (digits: n / 4)`,
    async train(lessons, budgets, means) {
      const trained: Trained[] = [];
      for (const [k, budget] of budgets.entries())
        trained.push(await learned(lessons, budget, means, means.random.fork(k)));
      return trained;
    },
  };
}

async function learned(
  { units, patterns, hundreds }: Lessons,
  budget: number,
  { workspace, signal }: Means,
  random: Random,
): Promise<Trained> {
  const code = patterns === undefined ? units : units / 4;
  let rows = 0;
  while (rows < ROWS && numbersOf(rows + 1, code) * NIBBLE + SCALES <= budget) rows++;
  const hidden = patterns === undefined ? [] : [HIDDEN];
  const coders = {
    encoder: new Perceptron({ inputs: units, outputs: code, hidden, random: random.fork(0) }),
    decoder: new Perceptron({ inputs: code, outputs: units, hidden, random: random.fork(1) }),
  };
  const memory = new KanervaMemory({ rows, ...coders, seed: random.fork(2).word() });
  const given = patterns ?? randomPatterns(PATTERNS, units, random.fork(3));
  const updates = Math.ceil(SHARE * hundreds * 100);
  const count = Math.min(given.count, updates * EPISODES * rows);
  const data = Array.from({ length: count }, (_, r) => given.binary(r));
  const epochs = Math.max(1, Math.round((updates * EPISODES * rows) / count));
  const options = {
    epochs,
    items: rows,
    batch: EPISODES,
    damage: DAMAGE,
    sampled: "none",
    rate: linearDecay({ from: RATE, to: 0, epochs }),
    seed: random.fork(4).word(),
    workspace,
    signal,
  } as const;
  for await (const _ of trainBy(kanervaTraining, memory, data, options));
  const weights = [...leaves(memory.parameters, isParameter).values()].reduce(
    (sum, { values }) => sum + values.length,
    0,
  );
  const prior = { mean: memory.gaussian.mean.values.slice(), factor: memory.gaussian.factor.slice() };
  return {
    weights,
    training: `${(epochs * Math.ceil(count / (EPISODES * rows))).toLocaleString("en")} updates of ${EPISODES} sets of ${rows}`,
    most: () => Math.floor(budget / units),
    bits: () => numbersOf(rows, code) * NIBBLE + SCALES,
    learn(stored) {
      memory.hold(undefined).gaussian.restore(prior.mean, prior.factor);
      memory.store(stored);
      round(memory.gaussian, NIBBLE);
      return (cues) => {
        const read = memory.recallMany(cues, { readings: READINGS, feed: "bits" });
        return PatternSet.from(read.map(({ state }) => state.map((p) => (p > 0.5 ? 1 : 0))));
      };
    },
  };
}

/** Rounds what a memory holds. A recall reads R alone; U is what writing goes on from. */
function round(memory: GaussianMemory, bits: number): void {
  memory.restore(rounded(memory.mean.values, bits), memory.factor);
}
