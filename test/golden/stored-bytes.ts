import { glyphs } from "../../src/data/index.js";
import { allRules, covariance, hebb, projection } from "../../src/learning/index.js";
import { Random } from "../../src/math/random.js";
import { Hopfield, memoryKinds } from "../../src/memories/index.js";
import { Rbm } from "../../src/models/index.js";
import {
  encodeCheckpoint,
  encodeMemory,
  encodeModel,
  readSafetensors,
  writeNpy,
  writeSafetensors,
} from "../../src/storage/index.js";
import { contrastiveDivergence, momentum, persistent, train } from "../../src/training/index.js";
import { machine } from "../models/rbm-machines.js";
import { randomPatterns } from "../support/random-patterns.js";
import { LAYERS, normals, TYPES } from "../units/layers.js";
import { beliefNet, boltzmannMachine, tuned } from "./deep.js";
import type { Backend, Scenarios } from "./scenario.js";

/**
 * The bytes of a file without its digest and without what a memory learned, whose values are those of other scenarios: what
 * files held before they had either.
 */
function bare(bytes: Uint8Array): Uint8Array {
  const { tensors, metadata } = readSafetensors(bytes);
  const isBare = ([key]: readonly [string, unknown]) => key !== "digest" && !key.startsWith("couplings");
  return writeSafetensors({
    tensors: new Map([...tensors].filter(isBare)),
    metadata: new Map([...metadata].filter(isBare)),
  });
}

/** Memories whose files hold every form of couplings. */
function memoriesBy({ kernels }: Backend): Uint8Array[] {
  const random = randomPatterns(3, 45, new Random(1));
  const left = randomPatterns(3, 20, new Random(2));
  const coupled = allRules.filter((rule) => rule.make().relearns !== true);
  const kinds = memoryKinds.filter(({ name, items }) => name !== "hopfield" && items !== "vectors");
  return [
    ...coupled.map((rule) => encodeMemory(new Hopfield(45, { rule: rule.make(), kernels }).store(random))),
    ...kinds.map((kind) => {
      const isPairs = kind.items === "pairs";
      const memory = kind.create(isPairs ? { left: 20, right: 45 } : 45, {}, kernels);
      return encodeMemory(memory.store(isPairs ? { left, right: random } : random));
    }),
  ];
}

/** A memory of real vectors of each kind, by its name. */
const vectorMemories: Scenarios = Object.fromEntries(
  memoryKinds
    .filter(({ items }) => items === "vectors")
    .map((kind) => [
      `a ${kind.name} memory`,
      ({ kernels }) => {
        const rows = Array.from({ length: 4 }, (_, r) => normals(9, new Random(20).fork(r)));
        return encodeMemory(kind.create(9, {}, kernels).store(rows));
      },
    ]),
);

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
    ].map(bare);
  },
  "RBMs of every type of units": () => {
    const random = new Random(3);
    return TYPES.map((type) => {
      const rbm = machine(LAYERS[type](6, random), LAYERS.binary(4, random), random);
      return [
        bare(encodeModel(rbm, { precision: "double" })),
        bare(encodeModel(rbm, { precision: "single", notes: NOTES.notes })),
      ];
    });
  },
  "a deep belief net": async (backend) =>
    bare(encodeModel(await beliefNet(backend), { precision: "double", ...NOTES })),
  "a deep Boltzmann machine": async (backend) =>
    bare(encodeModel((await boltzmannMachine(backend)).machine, { precision: "double", ...NOTES })),
  "a classifier": async (backend) =>
    bare(encodeModel((await tuned(backend)).classifier, { precision: "single", ...NOTES })),
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
      for await (const report of train(rbm, data, options)) files.push(bare(encodeCheckpoint(report.checkpoint())));
    }
    return files;
  },
  "memories with what they learned": (backend) => memoriesBy(backend),
  ...vectorMemories,
  "a model with its digest": () =>
    encodeModel(machine(LAYERS.binary(3, new Random(7)), LAYERS.spin(2, new Random(8)), new Random(9))),
  "a NumPy array": () => writeNpy({ shape: [3, 4], values: normals(12, new Random(6)) }),
};
