import { ArgumentError, ShapeError } from "../../errors.js";
import type { Random } from "../../math/random.js";
import { type Maker, type MakerOf, type Making, maker, type OptionSpecs } from "../../options.js";
import { drawWithin } from "./task.js";

/** Facts and questions about them, one question for each set of facts. */
export interface Episodes {
  /** Number of episodes. */
  readonly batch: number;
  /** Number of facts of each. */
  readonly facts: number;
  /** [batch, facts, items of a fact, units] */
  readonly items: Float32Array;
  /** [batch, units] */
  readonly cues: Float32Array;
  /** [batch, candidates, units] */
  readonly candidates: Float32Array;
  /** The number of the right candidate of each episode. */
  readonly answers: Uint8Array;
  /** How many facts lead from the cue to the answer: 1 for a direct question. */
  readonly distances: Uint8Array;
}

/** A task on facts that are pairs of items: it draws episodes. */
export interface PairTask {
  /** Entries of an item. */
  readonly units: number;
  readonly candidates: number;
  /** The numbers of facts that episodes may have, in ascending order. */
  readonly facts: readonly number[];
  /** The largest distance. */
  readonly distances: number;
  /** Draws episodes with the same number of facts. */
  draw(random: Random, batch: number): Episodes;
}

/** Builds the maker of a task on pairs. */
export function pairTask<const Specs extends OptionSpecs>(making: Making<PairTask, Specs>): MakerOf<PairTask, Specs> {
  return maker("task", making);
}

const shape = {
  items: { type: "integer", low: 3, high: 100, default: 3, help: "number of items of a sequence: A-B-C has 3" },
  sequences: { type: "range", low: 2, high: 100, default: [2, 8], help: "number of sequences of an episode" },
  direct: {
    type: "number",
    low: 0,
    high: 1,
    default: 0.5,
    help: "share of questions about two items of one fact; the others need inference",
  },
} as const;

/**
 * Paired associative inference (Banino et al., MEMO, 2020, section 4.1): sequences of items, A-B-C, are told as the pairs of
 * neighbours, A-B and B-C, in random order and turned at random. A question is a cue and two candidates, one of the same
 * sequence and one, the lure, at the same place of another. A direct question asks for the other item of a pair; an inference
 * for an item further away, such as C for A, which no fact has together with the cue. Items are normal random vectors, drawn
 * anew for every episode, so that nothing can be learned about them.
 */
export const pairedInference = pairTask({
  name: "paired-inference",
  summary: "find the item of the same sequence, over several pairs",
  reference: "Banino et al. 2020",
  options: { ...shape, units: { type: "integer", low: 1, high: 10_000, default: 64, help: "entries of an item" } },
  create: ({ units, ...rest }) =>
    taskOf({ ...rest, units }, (random, count, out) => {
      for (let k = 0; k < count * units; k++) out[k] = random.normal();
    }),
});

/** The same task on given vectors: the items of an episode are different rows, such as images of digits. */
export function pairedInferenceOf(
  vectors: { readonly units: number; readonly values: Float32Array },
  {
    items = 3,
    sequences = [2, 8],
    direct = 0.5,
  }: { items?: number; sequences?: readonly [number, number]; direct?: number } = {},
): PairTask {
  const { units, values } = vectors;
  const count = values.length / units;
  if (!Number.isInteger(count)) throw new ShapeError(`values has ${values.length} numbers for rows of ${units}`);
  if (count < items * sequences[1]) {
    throw new ArgumentError(`vectors has ${count} rows; an episode needs ${items * sequences[1]} different ones`);
  }
  return taskOf({ items, sequences, direct, units }, (random, needed, out) => {
    random.sample(needed, count).forEach((row, k) => {
      out.set(values.subarray(row * units, (row + 1) * units), k * units);
    });
  });
}

interface Shape {
  readonly items: number;
  readonly sequences: readonly [number, number];
  readonly direct: number;
  readonly units: number;
}

/** @param fill writes items, row after row */
function taskOf(
  { items: length, sequences, direct, units }: Shape,
  fill: (random: Random, count: number, out: Float32Array) => void,
): PairTask {
  const pairs = length - 1;
  return {
    units,
    candidates: 2,
    facts: Array.from({ length: sequences[1] - sequences[0] + 1 }, (_, k) => (sequences[0] + k) * pairs),
    distances: pairs,
    draw(random, batch) {
      const count = drawWithin(random, sequences);
      const facts = count * pairs;
      const episodes: Episodes = {
        batch,
        facts,
        items: new Float32Array(batch * facts * 2 * units),
        cues: new Float32Array(batch * units),
        candidates: new Float32Array(batch * 2 * units),
        answers: new Uint8Array(batch),
        distances: new Uint8Array(batch),
      };
      const all = new Float32Array(count * length * units);
      const order = new Uint32Array(facts);
      for (let b = 0; b < batch; b++) {
        fill(random, count * length, all);
        const put = (to: Float32Array, row: number, sequence: number, item: number) => {
          const from = (sequence * length + item) * units;
          to.set(all.subarray(from, from + units), row * units);
        };
        random.permutation(order);
        for (let pair = 0; pair < facts; pair++) {
          const [sequence, first] = [Math.floor(pair / pairs), pair % pairs];
          const turned = random.integer(2);
          const row = (b * facts + order[pair]) * 2;
          put(episodes.items, row, sequence, first + turned);
          put(episodes.items, row + 1, sequence, first + 1 - turned);
        }
        const distance = random.bernoulli(direct) ? 1 : 2 + random.integer(pairs - 1);
        const from = random.integer(length - distance);
        const [cue, match] = random.integer(2) === 0 ? [from, from + distance] : [from + distance, from];
        const sequence = random.integer(count);
        const lure = (sequence + 1 + random.integer(count - 1)) % count;
        const answer = random.integer(2);
        put(episodes.cues, b, sequence, cue);
        put(episodes.candidates, b * 2 + answer, sequence, match);
        put(episodes.candidates, b * 2 + 1 - answer, lure, match);
        episodes.answers[b] = answer;
        episodes.distances[b] = distance;
      }
      return episodes;
    },
  };
}

/** All tasks on pairs. A new one is one file and one line here. */
export const pairTasks: readonly Maker<PairTask>[] = [pairedInference];
