import { glyphs } from "../../src/data/index.js";
import { covariance, hebb, projection } from "../../src/learning/index.js";
import { Random } from "../../src/math/random.js";
import { Hopfield, memoryKinds } from "../../src/memories/index.js";
import { Rbm } from "../../src/models/index.js";
import { encodeCheckpoint, encodeMemory, encodeModel, writeNpy } from "../../src/storage/index.js";
import { contrastiveDivergence, momentum, persistent, train } from "../../src/training/index.js";
import { machine } from "../models/rbm-machines.js";
import { randomPatterns } from "../support/random-patterns.js";
import { LAYERS, normals, TYPES } from "../units/layers.js";
import { beliefNet, boltzmannMachine, tuned } from "./deep.js";
import type { Scenarios } from "./scenario.js";

const NOTES = { shape: [5, 7], notes: { about: "a golden file", numbers: [1, 2.5], more: { yes: true } } } as const;

/** Bytes of model files. */
export const storedBytes: Scenarios = {
  memories: ({ kernels }) => {
    const random = randomPatterns(3, 45, new Random(1));
    const thresholds = normals(45, new Random(2));
    const rules = [
      hebb({ selfCoupling: false }),
      projection({ selfCoupling: true }),
      covariance({ activity: "measured", threshold: "best", selfCoupling: false }),
    ];
    const pictures = glyphs("ENGRAM");
    return [
      ...rules.map((rule) => encodeMemory(new Hopfield(45, { rule, kernels }).store(random), { kinds: memoryKinds })),
      encodeMemory(new Hopfield(45, { rule: rules[0], thresholds, kernels }).store(random), { kinds: memoryKinds }),
      encodeMemory(new Hopfield(pictures.units, { rule: rules[1], kernels }).store(pictures), { kinds: memoryKinds }),
    ];
  },
  "RBMs of every type of units": () => {
    const random = new Random(3);
    return TYPES.map((type) => {
      const rbm = machine(LAYERS[type](6, random), LAYERS.binary(4, random), random);
      return [encodeModel(rbm, { precision: "double" }), encodeModel(rbm, { precision: "single", notes: NOTES.notes })];
    });
  },
  "a deep belief net": async (backend) => encodeModel(await beliefNet(backend), { precision: "double", ...NOTES }),
  "a deep Boltzmann machine": async (backend) =>
    encodeModel((await boltzmannMachine(backend)).machine, { precision: "double", ...NOTES }),
  "a classifier": async (backend) => encodeModel((await tuned(backend)).classifier, { precision: "single", ...NOTES }),
  checkpoints: async ({ workspace }) => {
    const random = new Random(4);
    const data = randomPatterns(12, 9, random);
    const files: Uint8Array[] = [];
    for (const method of [contrastiveDivergence({ steps: 1 }), persistent({ steps: 1, chains: 4 })]) {
      const rbm = new Rbm({ visible: LAYERS.binary(9, random), hidden: LAYERS.binary(5, random) });
      const options = {
        method,
        batch: 5,
        epochs: 2,
        rate: 0.1,
        optimiser: momentum({ momentum: 0.5 }),
        seed: 5,
        workspace,
      };
      for await (const report of train(rbm, data, options)) files.push(encodeCheckpoint(report.checkpoint()));
    }
    return files;
  },
  "a NumPy array": () => writeNpy({ shape: [3, 4], values: normals(12, new Random(6)) }),
};
