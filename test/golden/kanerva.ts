import { Random } from "engram";
import {
  isParameter,
  KanervaMemory,
  kanervaBound,
  kanervaTraining,
  leaves,
  Perceptron,
  ProductKanerva,
  type Sampled,
  type TrainedMemory,
} from "engram/neural";
import { trainBy } from "engram/training";
import type { Evidence, Scenarios } from "./scenario.js";

/** Sizes fill no whole registers. */
const [UNITS, CODE, ITEMS] = [21, 7, 5];

/** Two kinds of patterns, with a tenth of their bits wrong. */
function patterns(): number[][] {
  const random = new Random(3);
  return Array.from({ length: 60 }, (_, r) =>
    Array.from({ length: UNITS }, (__, i) => ((i < UNITS / 2 === (r % 2 === 0)) !== random.bernoulli(0.1) ? 1 : 0)),
  );
}

function coders() {
  const random = new Random(4);
  return {
    encoder: new Perceptron({ inputs: UNITS, outputs: CODE, hidden: [11], random: random.fork(0) }),
    decoder: new Perceptron({ inputs: CODE, outputs: UNITS, hidden: [11], random: random.fork(1) }),
    seed: 5,
  };
}

const TRAININGS: Readonly<
  Record<string, { readonly make: () => TrainedMemory; readonly sampled: Sampled; readonly options: object }>
> = {
  "a memory, with memory and weights sampled": {
    make: () => new KanervaMemory({ rows: 6, ...coders() }),
    sampled: "memory",
    options: {},
  },
  "a memory given what it holds, without the error of coding": {
    make: () => new KanervaMemory({ rows: 6, ...coders() }),
    sampled: "memory",
    options: { divergence: 0, coding: 0, damage: 0.1 },
  },
  "trained addresses, with weights sampled": {
    make: () => new KanervaMemory({ rows: 6, addresses: 3, ...coders() }),
    sampled: "weights",
    options: {},
  },
  "a product of three machines": {
    make: () => new ProductKanerva({ machines: [2, 2, 2], ...coders() }),
    sampled: "memory",
    options: { balance: 5 },
  },
};

/** Trainings of Kanerva memories: terms of the bound, parameters, and what a recall afterwards shows. */
export const kanervaTrainings: Scenarios = Object.fromEntries(
  Object.entries(TRAININGS).map(([name, { make, sampled, options }]) => [
    name,
    async ({ workspace }): Promise<Evidence> => {
      const data = patterns();
      const memory = make();
      const found: Evidence[] = [];
      const common = { epochs: 2, items: ITEMS, batch: 3, rate: 0.01, seed: 6, sampled, workspace };
      for await (const report of trainBy(kanervaTraining, memory, data, { ...common, ...options })) {
        found.push(...Object.values(report.training), report.gradientNorm);
      }
      for (const [key, { values }] of leaves(memory.parameters, isParameter)) found.push(key, values);
      found.push(...Object.values(kanervaBound(memory, data, { items: ITEMS, sampled, seed: 7, workspace })));
      const { state, weights, bound, assignment } = memory.store(data.slice(0, 4)).recall(data[4], { readings: 3 });
      return [...found, state, weights, bound, assignment];
    },
  ]),
);
