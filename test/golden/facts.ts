import { Random } from "engram";
import { vocabularyOf } from "engram/data";
import {
  bagOfWords,
  drawStories,
  facts,
  isParameter,
  layerwise,
  leaves,
  Memo,
  MemoryNetwork,
  memoTraining,
  pairedInference,
  position,
  reinforce,
  scoreMemo,
  storyTraining,
} from "engram/neural";
import { halvingDecay, trainBy } from "engram/training";
import type { Evidence, Scenarios } from "./scenario.js";

const STORIES = drawStories(2, { count: 37, random: new Random(1) });
const OTHERS = drawStories(2, { count: 5, random: new Random(2) });

/** Entries of vectors and batches fill no whole registers. */
const NETWORKS: Readonly<Record<string, object>> = {
  "memory network": { hops: 3 },
  "memory network, bag of words, layerwise": { hops: 2, encoding: bagOfWords(), tying: layerwise() },
  "memory network, supporting facts": { hops: 2, encoding: position({ formula: "code" }), supervision: facts() },
};

const MEMOS: Readonly<Record<string, object>> = {
  MEMO: {},
  "MEMO, free maps of summed items, learned halting": { maps: "free", pairs: "summed", halting: reinforce() },
};

/** Trainings of memories of facts: losses, parameters, and what they answer. */
export const memoriesOfFacts: Scenarios = {
  ...Object.fromEntries(
    Object.entries(NETWORKS).map(([name, options]) => [
      name,
      async ({ workspace }): Promise<Evidence> => {
        const words = vocabularyOf([...STORIES, ...OTHERS]);
        const network = new MemoryNetwork(words, { dimension: 13, memories: 14, random: new Random(3), ...options });
        const found: Evidence[] = [];
        const training = {
          epochs: 4,
          batch: 8,
          seed: 4,
          rate: halvingDecay({ from: 0.01, every: 2 }),
          ...(network.supervision.takesFacts ? {} : { linear: 2 }),
          workspace,
        };
        for await (const report of trainBy(storyTraining, network, STORIES, training)) {
          found.push(report.training.loss, report.gradientNorm);
        }
        for (const [key, { values }] of leaves(network.parameters, isParameter)) found.push(key, values);
        for (const { answer, probabilities, attention } of network.answer(OTHERS, { workspace })) {
          found.push(answer, probabilities, ...attention);
        }
        return found;
      },
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(MEMOS).map(([name, options]) => [
      name,
      async ({ workspace }): Promise<Evidence> => {
        const task = pairedInference({ units: 21, sequences: [2, 3] });
        const memo = new Memo(21, { dimension: 13, heads: 3, random: new Random(5), ...options });
        const found: Evidence[] = [];
        const training = { epochs: 2, episodes: 40, batch: 9, seed: 6, rate: 0.01, workspace };
        for await (const report of trainBy(memoTraining, memo, task, training)) {
          found.push(report.training.loss, report.gradientNorm);
        }
        for (const [key, { values }] of leaves(memo.parameters, isParameter)) found.push(key, values);
        const { errorRate, hops } = scoreMemo(memo, task, { episodes: 40, random: new Random(7), workspace });
        found.push(errorRate, hops);
        return found;
      },
    ]),
  ),
};
