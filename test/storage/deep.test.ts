import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { StorageError } from "../../src/errors.js";
import { Classifier, DeepBeliefNet, joined, Random, Rbm, softmax } from "../../src/index.js";
import {
  decodeClassifier,
  decodeDeepBeliefNet,
  decodeDeepBoltzmannMachine,
  decodeModel,
  encodeClassifier,
  encodeDeepBeliefNet,
  encodeDeepBoltzmannMachine,
  readSafetensors,
  writeSafetensors,
} from "../../src/storage/index.js";
import { randomDeepMachine } from "../models/dbm/machines.js";
import { randomNet } from "../models/dbn/nets.js";
import { machine } from "../models/rbm-machines.js";
import { damagedBytes } from "../support/damaged-bytes.js";
import { LAYERS } from "../units/layers.js";

const random = new Random(5);
const notes = { seed: 5, settings: { rate: 0.1 } };

const numbersOf = (rbm: Rbm) => [rbm.weights.values, rbm.visible.parameters, rbm.hidden.parameters];

/** The file with some of its metadata changed, or left out where it is undefined, and without some tensors. */
function forged(bytes: Uint8Array, change: { [key: string]: string | undefined }, without: readonly string[] = []) {
  const { metadata, tensors } = readSafetensors(bytes);
  const entries = Object.entries({ ...Object.fromEntries(metadata), ...change }).filter(([, v]) => v !== undefined);
  return writeSafetensors({
    metadata: new Map(entries as [string, string][]),
    tensors: new Map([...tensors].filter(([key]) => !without.includes(key))),
  });
}

describe("a deep belief net", () => {
  const gaussianBelow = new DeepBeliefNet([
    machine(LAYERS.gaussian(4, random), LAYERS.spin(3, random), random),
    machine(LAYERS.spin(3, random), LAYERS.softmax(2, random), random),
  ]);
  const labelled = randomNet([4, 3, 5], random, 3);

  test.each([
    ["of binary layers", randomNet([4, 3, 2, 3], random)],
    ["of other layers", gaussianBelow],
    ["with labels", labelled],
  ])("%s comes back to the last bit", (_, net) => {
    const bytes = encodeDeepBeliefNet(net, { shape: [2, 2], notes });
    const stored = decodeDeepBeliefNet(bytes);
    expect(stored.net.rbms.map(numbersOf)).toEqual(net.rbms.map(numbersOf));
    expect(stored.net.rbms.map(({ visible }) => visible.type)).toEqual(net.rbms.map(({ visible }) => visible.type));
    expect(stored.net.classes).toBe(net.classes);
    expect(stored).toMatchObject({ shape: [2, 2], notes });
    expect(decodeModel(bytes, { kinds: [] }).model).toBe("dbn");
    const single = decodeDeepBeliefNet(encodeDeepBeliefNet(net, { precision: "single" })).net;
    expect(single.rbms.flatMap(numbersOf)).toEqual(net.rbms.flatMap(numbersOf).map((x) => x.map(Math.fround)));
  });

  test.each([
    ["another model", { model: "dbm" }, [], 'm: model is "dbm"; expected "dbn"'],
    ["no weights", {}, ["0.weights"], 'm has no tensor "0.weights"'],
    ["a missing top", {}, ["1.weights"], "its weights need 1 values"],
    ["no units", { "0.hidden": undefined }, [], "m: 0.hidden is missing; expected units of one of binary"],
    ["no label biases", {}, ["labels.bias"], "its weights need 0 values"],
    ["no labels", { labels: undefined }, [], "its weights need 6 values"],
    [
      "labels of another type",
      { labels: '{"type":"binary","count":3,"states":2}' },
      [],
      "m holds what no deep belief net",
    ],
    [
      "a layer of another type",
      { "0.hidden": '{"type":"spin","count":3,"states":2}' },
      [],
      "m holds what no deep belief",
    ],
    ["notes that are a list", { notes: "[]" }, [], "m: notes is"],
  ] as [string, { [key: string]: string | undefined }, string[], string][])(
    "is not read from a file with %s",
    (_, change, without, line) => {
      const read = () => decodeDeepBeliefNet(forged(encodeDeepBeliefNet(labelled), change, without), "m");
      expect(read).toThrow(StorageError);
      expect(read).toThrow(line);
    },
  );

  test("is not written with units beside the labels that are not those below", () => {
    const below = machine(LAYERS.binary(3, random), LAYERS.spin(2, random), random);
    const top = new Rbm({ visible: joined(LAYERS.binary(2, random), softmax(1, 3)), hidden: LAYERS.binary(2, random) });
    expect(() => new DeepBeliefNet([below, top], { labels: softmax(1, 3) })).toThrow(
      "rbms[1] sees binary and softmax units; expected spin and softmax",
    );
  });
});

describe("a deep Boltzmann machine", () => {
  const deep = randomDeepMachine(["binary", "spin", "binary"], [4, 3, 2], random);
  const bytes = encodeDeepBoltzmannMachine(deep, { shape: [1, 4], notes });

  test("comes back to the last bit", () => {
    const stored = decodeDeepBoltzmannMachine(bytes);
    expect(stored.machine.weights).toEqual(deep.weights);
    expect(stored.machine.visible.parameters).toEqual(deep.visible.parameters);
    expect(stored.machine.hidden.map(({ type, parameters }) => [type, parameters])).toEqual(
      deep.hidden.map(({ type, parameters }) => [type, parameters]),
    );
    expect(stored).toMatchObject({ shape: [1, 4], notes });
    expect(decodeModel(bytes, { kinds: [] }).model).toBe("dbm");
  });

  test.each([
    ["no upper weights", {}, ["upper.weights"], 'm has no tensor "upper.weights"'],
    ["gaussian units", { upper: '{"type":"gaussian","count":2}' }, [], 'm has no tensor "upper.mean"'],
    ["another count", { lower: '{"type":"spin","count":4,"states":2}' }, [], "its weights need 3 values"],
  ] as [string, { [key: string]: string | undefined }, string[], string][])(
    "is not read from a file with %s",
    (_, change, without, line) => {
      const read = () => decodeDeepBoltzmannMachine(forged(bytes, change, without), "m");
      expect(read).toThrow(StorageError);
      expect(read).toThrow(line);
    },
  );
});

describe("a classifier", () => {
  const classifier = Classifier.fromDeepBeliefNet(randomNet([4, 3, 2], random), { classes: 3, random });
  const bytes = encodeClassifier(classifier, { shape: [2, 2], notes });

  test("comes back to the last bit", () => {
    const stored = decodeClassifier(bytes);
    expect(stored.classifier.layers).toEqual(classifier.layers);
    expect(stored).toMatchObject({ shape: [2, 2], notes });
    expect(decodeModel(bytes, { kinds: [] }).model).toBe("classifier");
    const single = decodeClassifier(encodeClassifier(classifier, { precision: "single" })).classifier;
    expect(single.layers[0].weights.values).toEqual(classifier.layers[0].weights.values.map(Math.fround));
  });

  test("is not read from a file without biases, or written with numbers that are none", () => {
    expect(() => decodeClassifier(forged(bytes, {}, ["1.bias"]), "m")).toThrow(
      'm has no tensor "1.bias"; expected F64',
    );
    expect(() => decodeClassifier(forged(bytes, {}, ["1.weights"]), "m")).toThrow("m holds a tensor");
    expect(() => encodeClassifier(classifier, { shape: [2, 3] })).toThrow("shape 2x3 does not hold 4 values");
    const broken = classifier.copy();
    broken.layers[0].bias[1] = Number.NaN;
    expect(() => encodeClassifier(broken)).toThrow("0.bias[1] is NaN in double precision");
  });
});

test.each([
  ["deep belief net", encodeDeepBeliefNet(randomNet([3, 2, 2], random, 2)), decodeDeepBeliefNet],
  [
    "deep Boltzmann machine",
    encodeDeepBoltzmannMachine(randomDeepMachine(["binary", "binary", "binary"], [2, 2, 2], random)),
    decodeDeepBoltzmannMachine,
  ],
  [
    "classifier",
    encodeClassifier(Classifier.fromDeepBeliefNet(randomNet([3, 2], random), { classes: 2, random })),
    decodeClassifier,
  ],
] as [string, Uint8Array, (bytes: Uint8Array) => object][])("the file of a %s survives damage", (_, bytes, decode) => {
  fc.assert(
    fc.property(damagedBytes(bytes), (damaged) => {
      try {
        decode(damaged);
      } catch (error) {
        expect(error).toBeInstanceOf(StorageError);
      }
    }),
    { numRuns: 500 },
  );
});
