import { describe, expect, test } from "vitest";
import {
  BoltzmannMachine,
  binary,
  Classifier,
  DeepBeliefNet,
  DeepBoltzmannMachine,
  DenseClassifier,
  deepBeliefBound,
  deepBoltzmannBound,
  gaussian,
  HopfieldNet,
  initialise,
  logLikelihood,
  logPartition,
  PatternSet,
  quadratic,
  Random,
  Rbm,
  spin,
  train,
  unlearn,
  unlearning,
} from "../src/index.js";
import { DenseCouplings } from "../src/interactions/index.js";
import {
  annealedImportance,
  deepLogPartition,
  exactSamples,
  HiddenChains,
  hiddenLogPartition,
  RbmChains,
  reverseAnnealedImportance,
  sandwich,
} from "../src/likelihood/index.js";
import { matrix } from "../src/math/index.js";

const DATA = PatternSet.from([[0, 1, 1]]);
const ROW = Float64Array.of(0, 1, 1);
const rbm = new Rbm({ visible: binary(3), hidden: binary(2) });
const spins = new Rbm({ visible: spin(3), hidden: gaussian(2) });
const machine = new DeepBoltzmannMachine({ visible: binary(3), hidden: [binary(2), binary(2)] });
const net = DeepBeliefNet.ofLayers([binary(3), binary(2), binary(2)]);
const classifier = Classifier.fromDeepBeliefNet(net, { classes: 2, random: new Random(1) });
const denseClassifier = new DenseClassifier({ memories: matrix(1, 5), classes: 2, power: 2, temperature: 1 });
const boltzmann = new BoltzmannMachine({ visible: spin(3) });
const hopfield = new HopfieldNet(quadratic(new DenseCouplings(new Float64Array(9), 3)));

/** What a program without types may leave out. */
const nothing = undefined as never;
const estimate = { logZ: 0, standardError: 0, low: 0, high: 0, effectiveSampleSize: 1, logWeights: ROW };

/** Its name and its call without options, and what it asks for. */
const calls: [name: string, call: () => unknown, example: string][] = [
  ["train", () => train(rbm, DATA, nothing).next(), "{ epochs }"],
  ["train, a deep belief net", () => train(net, DATA, nothing).next(), "{ epochs }"],
  ["train, a deep Boltzmann machine", () => train(machine, DATA, nothing).next(), "{ epochs }"],
  ["train, a classifier", () => train(classifier, DATA, nothing).next(), "{ epochs }"],
  ["train, a dense classifier", () => train(denseClassifier, DATA, nothing).next(), "{ epochs }"],
  ["train, a Boltzmann machine", () => train(boltzmann, ROW, nothing).next(), "{ epochs }"],
  ["unlearning", () => unlearning(hopfield, nothing).next(), "{ dreams, random }"],
  ["unlearn", () => unlearn(hopfield, nothing), "{ dreams, random }"],
  ["initialise", () => initialise(rbm, nothing), "{ random }"],
  ["annealedImportance", () => annealedImportance(rbm, nothing), "{ random }"],
  ["reverseAnnealedImportance", () => reverseAnnealedImportance(rbm, nothing), "{ random }"],
  ["logPartition", () => logPartition(rbm, nothing), "{ random }"],
  ["logLikelihood", () => logLikelihood(rbm, ROW, nothing), "{ random }"],
  ["deepLogPartition", () => deepLogPartition(machine, nothing), "{ random }"],
  ["deepBoltzmannBound", () => deepBoltzmannBound(machine, ROW, nothing), "{ random }"],
  ["deepBeliefBound", () => deepBeliefBound(net, ROW, nothing), "{ random }"],
  ["hiddenLogPartition", () => hiddenLogPartition(spins, nothing), "{ random }"],
  ["HiddenChains", () => new HiddenChains(spins, nothing), "{ random }"],
  ["RbmChains", () => new RbmChains(rbm, nothing), "{ random }"],
  ["exactSamples", () => exactSamples(rbm, nothing), "{ random }"],
  ["sandwich", () => sandwich(estimate, estimate, nothing), "{ exact }"],
];

describe("without options", () => {
  test.each(calls)("%s says what to pass", async (_, call, example) => {
    await expect(async () => call()).rejects.toThrow(
      expect.objectContaining({
        name: "ArgumentError",
        message: `options are missing; pass at least ${example}`,
      }),
    );
  });
});

describe("without those of a layer", () => {
  const layer = { epochs: 1, batch: 1 };

  test.each([
    [0, [nothing, layer]],
    [1, [layer, nothing]],
  ] as const)("number %i, nothing is learned", async (l, layers) => {
    const needs = (of: string) => `the ${of} ${l + 1} needs epochs; expected a whole number of at least 1`;
    const pretraining = { phase: "pretraining", layers } as const;
    await expect(train(machine, DATA, pretraining).next()).rejects.toThrow(needs("pre-training of layer"));
    await expect(train(net, DATA, { layers }).next()).rejects.toThrow(needs("training of RBM"));
    for (const { values } of [...machine.weights, net.rbms[0].weights]) expect(values.every((w) => w === 0)).toBe(true);
  });

  test("what is wrong with those of an upper RBM is known before the lower ones learn", async () => {
    const training = train(net, DATA, { layers: [layer, { epochs: 0 }] });
    await expect(training.next()).rejects.toThrow("epochs is 0");
  });
});

test("validation rows that are null are missing, too", async () => {
  const tuning = train(classifier, DATA, { labels: [0], epochs: 1, validation: null as never });
  await expect(tuning.next()).rejects.toThrow("validation rows are missing; pass at least { data, labels }");
});

test("what is not a checkpoint is refused, be it null", async () => {
  const layer = { epochs: 1, batch: 1 };
  for (const resume of [null, 5, {}, { metadata: null }] as never[]) {
    for (const training of [
      train(rbm, DATA, { epochs: 1, resume }),
      train(net, DATA, { ...layer, resume }),
      train(machine, DATA, { epochs: 1, resume }),
      train(machine, DATA, { ...layer, phase: "pretraining", resume }),
      train(classifier, DATA, { labels: [0], epochs: 1, resume }),
      train(denseClassifier, DATA, { labels: [0], epochs: 1, resume }),
      train(boltzmann, Float64Array.of(1, 1, -1), { epochs: 1, resume }),
    ]) {
      await expect(training.next()).rejects.toThrow(
        /^the checkpoint is of the kind missing; expected ".+", as returned by report\.checkpoint\(\)/,
      );
    }
  }
});
