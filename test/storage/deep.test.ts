import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { StorageError } from "../../src/errors.js";
import {
  BoltzmannMachine,
  binary,
  Classifier,
  DeepBeliefNet,
  Random,
  Rbm,
  softmax,
  spin,
  squareLattice,
} from "../../src/index.js";
import { boltzmannKind, classifierKind, deepBeliefKind, deepBoltzmannKind } from "../../src/models/index.js";
import { decodeModel, encodeModel, readSafetensors, writeSafetensors } from "../../src/storage/index.js";
import { joined } from "../../src/units/index.js";
import { randomDeepMachine } from "../models/dbm/machines.js";
import { randomNet } from "../models/dbn/nets.js";
import { machine } from "../models/rbm-machines.js";
import { damagedBytes } from "../support/damaged-bytes.js";
import { LAYERS } from "../units/layers.js";

const random = new Random(5);
const notes = { seed: 5, settings: { rate: 0.1 } };

const numbersOf = (rbm: Rbm) => [rbm.weights.values, rbm.visible.parameters, rbm.hidden.parameters];

const readNet = (bytes: Uint8Array, name?: string) => decodeModel(bytes, { kinds: [deepBeliefKind], name });
const readMachine = (bytes: Uint8Array, name?: string) => decodeModel(bytes, { kinds: [deepBoltzmannKind], name });
const readClassifier = (bytes: Uint8Array, name?: string) => decodeModel(bytes, { kinds: [classifierKind], name });

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
    const bytes = encodeModel(net, { shape: [2, 2], notes });
    const stored = readNet(bytes);
    expect(stored.model.rbms.map(numbersOf)).toEqual(net.rbms.map(numbersOf));
    expect(stored.model.rbms.map(({ visible }) => visible.type)).toEqual(net.rbms.map(({ visible }) => visible.type));
    expect(stored.model.classes).toBe(net.classes);
    expect(stored).toMatchObject({ shape: [2, 2], notes });
    expect(decodeModel(bytes).kind.name).toBe("dbn");
    const single = readNet(encodeModel(net, { precision: "single" })).model;
    expect(single.rbms.flatMap(numbersOf)).toEqual(net.rbms.flatMap(numbersOf).map((x) => x.map(Math.fround)));
  });

  test.each([
    ["another model", { model: "dbm" }, [], 'm: model is "dbm"; expected dbn'],
    ["no weights", {}, ["0.weights"], 'm has no array "0.weights"'],
    ["a missing top", {}, ["1.weights"], "expected units of 1 values, as the weights have them"],
    ["no units", { "0.hidden": undefined }, [], "m: 0.hidden is missing; expected units of one of binary"],
    ["no label biases", {}, ["labels.bias"], 'm has no array "labels.bias"'],
    ["no labels", { labels: undefined }, [], "expected units of 6 values, as the weights have them"],
    [
      "labels of another type",
      { labels: '{"type":"binary","count":3,"states":2}' },
      [],
      "m does not hold a valid deep belief net",
    ],
    [
      "a layer of another type",
      { "0.hidden": '{"type":"spin","count":3,"states":2}' },
      [],
      "m does not hold a valid deep belief",
    ],
    ["notes that are a list", { notes: "[]" }, [], "m: notes is"],
  ] as [string, { [key: string]: string | undefined }, string[], string][])(
    "is not read from a file with %s",
    (_, change, without, line) => {
      const read = () => readNet(forged(encodeModel(labelled), change, without), "m");
      expect(read).toThrow(StorageError);
      expect(read).toThrow(line);
    },
  );

  test("is not written with units beside the labels that are not those below", () => {
    const below = machine(LAYERS.binary(3, random), LAYERS.spin(2, random), random);
    const top = new Rbm({ visible: joined(LAYERS.binary(2, random), softmax(1, 3)), hidden: LAYERS.binary(2, random) });
    expect(() => new DeepBeliefNet([below, top], { labels: softmax(1, 3) })).toThrow(
      "rbms[1] has binary and softmax visible units; expected spin and softmax",
    );
  });
});

describe("a deep Boltzmann machine", () => {
  const deep = randomDeepMachine(["binary", "spin", "binary"], [4, 3, 2], random);
  const bytes = encodeModel(deep, { shape: [1, 4], notes });

  test("comes back to the last bit", () => {
    const stored = readMachine(bytes);
    expect(stored.model.weights).toEqual(deep.weights);
    expect(stored.model.visible.parameters).toEqual(deep.visible.parameters);
    expect(stored.model.hidden.map(({ type, parameters }) => [type, parameters])).toEqual(
      deep.hidden.map(({ type, parameters }) => [type, parameters]),
    );
    expect(stored).toMatchObject({ shape: [1, 4], notes });
    expect(decodeModel(bytes).kind.name).toBe("dbm");
  });

  test.each([
    ["no upper weights", {}, ["upper.weights"], 'm has no array "upper.weights"'],
    ["gaussian units", { upper: '{"type":"gaussian","count":2}' }, [], 'm has no array "upper.mean"'],
    [
      "another count",
      { lower: '{"type":"spin","count":4,"states":2}' },
      [],
      "expected units of 3 values, as the weights have them",
    ],
  ] as [string, { [key: string]: string | undefined }, string[], string][])(
    "is not read from a file with %s",
    (_, change, without, line) => {
      const read = () => readMachine(forged(bytes, change, without), "m");
      expect(read).toThrow(StorageError);
      expect(read).toThrow(line);
    },
  );
});

describe("a Boltzmann machine", () => {
  const perturbed = (own: BoltzmannMachine) => own.perturb({ random, deviation: 1 });

  test.each([
    ["with all couplings", perturbed(new BoltzmannMachine({ visible: spin(4), hidden: binary(3) }))],
    ["of two layers", perturbed(new BoltzmannMachine({ visible: spin(4), hidden: spin(3), connections: "bipartite" }))],
    ["on a lattice", perturbed(BoltzmannMachine.fromIsing(squareLattice(3)))],
  ])("%s comes back to the last bit, with its graph", (_, own) => {
    own.bias.forEach((_zero, i) => {
      own.bias[i] = random.normal();
    });
    const { model } = decodeModel(encodeModel(own, { notes }), { kinds: [boltzmannKind] });
    expect(model.couplings).toEqual(own.couplings);
    expect(model.bias).toEqual(own.bias);
    expect(model.graph).toEqual(own.graph);
    expect(model.hidden?.type).toBe(own.hidden?.type);
  });

  test("is not read from a file whose graph leaves out a coupling", () => {
    const bytes = encodeModel(perturbed(new BoltzmannMachine({ visible: spin(3) })));
    expect(() => decodeModel(forged(bytes, { connections: "bipartite" }), { name: "m" })).toThrow(StorageError);
    expect(() => decodeModel(forged(bytes, { connections: "graph" }), { name: "m" })).toThrow(
      'm has no array "graph.starts"',
    );
  });
});

describe("a classifier", () => {
  const classifier = Classifier.fromDeepBeliefNet(randomNet([4, 3, 2], random), { classes: 3, random });
  const bytes = encodeModel(classifier, { shape: [2, 2], notes });

  test("comes back to the last bit", () => {
    const stored = readClassifier(bytes);
    expect(stored.model.layers).toEqual(classifier.layers);
    expect(stored).toMatchObject({ shape: [2, 2], notes });
    expect(decodeModel(bytes).kind.name).toBe("classifier");
    const single = readClassifier(encodeModel(classifier, { precision: "single" })).model;
    expect(single.layers[0].weights.values).toEqual(classifier.layers[0].weights.values.map(Math.fround));
  });

  test("is not read from a file without biases, or written with numbers that are none", () => {
    expect(() => readClassifier(forged(bytes, {}, ["1.bias"]), "m")).toThrow('m has no array "1.bias"');
    expect(() => readClassifier(forged(bytes, {}, ["1.weights"]), "m")).toThrow("m holds an array");
    expect(() => encodeModel(classifier, { shape: [2, 3] })).toThrow(
      "shape is 2x3; expected a height and width with the product 4",
    );
    const broken = classifier.copy();
    broken.layers[0].bias[1] = Number.NaN;
    expect(() => encodeModel(broken)).toThrow("0.bias[1] is NaN in double precision");
  });
});

test.each([
  ["deep belief net", encodeModel(randomNet([3, 2, 2], random, 2)), readNet],
  [
    "deep Boltzmann machine",
    encodeModel(randomDeepMachine(["binary", "binary", "binary"], [2, 2, 2], random)),
    readMachine,
  ],
  [
    "classifier",
    encodeModel(Classifier.fromDeepBeliefNet(randomNet([3, 2], random), { classes: 2, random })),
    readClassifier,
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
