import { describe, expect, it } from "vitest";
import {
  binary,
  DeepBeliefChains,
  DeepBeliefNet,
  deepFeatures,
  Random,
  Rbm,
  softmax,
  spin,
} from "../../../src/index.js";
import { referenceWorkspace } from "../../../src/kernels/index.js";
import { exp } from "../../../src/math/index.js";
import { labelProbabilities } from "../../../src/models/index.js";
import { joined } from "../../../src/units/index.js";
import { LAYERS, nodes } from "../../units/layers.js";
import { machine } from "../rbm-machines.js";
import { exactProbabilities, randomNet } from "./nets.js";

const workspace = referenceWorkspace;

describe("generation", () => {
  const chains = 4000;
  /** How often each state of three units comes, as a part of all rows. */
  const frequencies = (states: Float64Array) => {
    const counts = new Float64Array(8);
    for (let k = 0; k < states.length; k += 3)
      counts[states[k] + 2 * states[k + 1] + 4 * states[k + 2]] += 3 / states.length;
    return counts;
  };
  const expectFrequencies = (found: Float64Array, wanted: Float64Array) => {
    wanted.forEach((p, s) => {
      expect(Math.abs(found[s] - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / chains));
    });
  };

  it.each([[[3, 3]], [[3, 3, 2]], [[3, 2, 3, 2]]])("of layers %s has the distribution of the model", (widths) => {
    const net = randomNet(widths, new Random(2), 0, 0.6);
    const made = new DeepBeliefChains(net, { random: new Random(4), count: chains, workspace });
    const { states } = made.advance(50).generate();
    made.dispose();
    expectFrequencies(frequencies(states), exactProbabilities(net));
  });

  it("with clamped labels has the distribution of the class", () => {
    const net = randomNet([3, 3, 3], new Random(6), 3, 0.6);
    const own = net.top.visible;
    // A label whose bias is far above the others leaves only its class.
    const biases = own.parameters.slice();
    own.parameters.set([0, 60, 0], biases.length - 3);
    const wanted = exactProbabilities(net);
    own.parameters.set(biases);
    const labels = new Uint8Array(chains).fill(1);
    const made = new DeepBeliefChains(net, { random: new Random(4), labels, workspace });
    expect(made.count).toBe(chains);
    const { states, means } = made.advance(50).generate();
    expect([...made.labels()]).toEqual([...labels]);
    made.dispose();
    expectFrequencies(frequencies(states), wanted);
    expect(means.every((p) => p > 0 && p < 1)).toBe(true);
  });

  it("with free labels has the distribution of the model", () => {
    const net = randomNet([3, 3, 3], new Random(6), 3, 0.6);
    const made = new DeepBeliefChains(net, { random: new Random(5), count: chains, workspace });
    const { states } = made.advance(50).generate();
    made.dispose();
    expectFrequencies(frequencies(states), exactProbabilities(net));
  });

  it("of a chain does not depend on the others", () => {
    const net = randomNet([3, 3, 3], new Random(6));
    const states = (count: number) =>
      new DeepBeliefChains(net, { random: new Random(5), count, workspace }).advance(5).generate().states;
    expect(states(2)).toEqual(states(7).slice(0, 6));
  });
});

describe("features", () => {
  const net = randomNet([4, 3, 5], new Random(9));
  const rows = Float64Array.from({ length: 300 * 4 }, (_, k) => (k * k + Math.floor(k / 7)) % 2);
  const data = { rows: 300, columns: 4, values: rows };

  it("are means of means", () => {
    const first = net.rbms[0].hiddenMean(rows);
    const inputs = net.top.hiddenInputs(first);
    const second = net.top.hidden.mean(inputs, 1, new Float64Array(inputs.length));
    const close = (given: ArrayLike<number>, wanted: Float64Array) => {
      // A sum of five products of numbers below 4, and a sigmoid, in single precision.
      wanted.forEach((x, k) => {
        expect(Math.abs(given[k] - x)).toBeLessThan(2e-6);
      });
    };
    close(deepFeatures(net, data, { layer: 1, workspace }).values, first);
    expect(deepFeatures(net, data, { workspace })).toMatchObject({ rows: 300, columns: 5 });
    close(deepFeatures(net, data, { workspace }).values, second);
  });

  it("are drawn with these means, a row from numbers of its own", () => {
    const zeros = { rows: 4000, columns: 4, values: new Float64Array(16_000) };
    const { values } = deepFeatures(net, zeros, { layer: 1, random: new Random(1), workspace });
    const p = net.rbms[0].hiddenMean(new Float64Array(4));
    p.forEach((wanted, j) => {
      let ones = 0;
      for (let r = 0; r < 4000; r++) ones += values[3 * r + j];
      expect(Math.abs(ones / 4000 - wanted)).toBeLessThan(5 * Math.sqrt((wanted * (1 - wanted)) / 4000));
    });
    const few = { rows: 9, columns: 4, values: zeros.values.slice(0, 36) };
    expect(deepFeatures(net, few, { layer: 1, random: new Random(1), workspace }).values).toEqual(values.slice(0, 27));
  });

  it("refuse what is no data or no layer", () => {
    expect(() => deepFeatures(net, [[0, 1]])).toThrow("data has rows of 2 values; expected 4");
    expect(() => deepFeatures(net, data, { layer: 3 })).toThrow("layer is 3; expected a whole number from 1 to 2");
    expect(() => deepFeatures(net, [[0, 0.5, 1, 1]], { random: new Random(1) })).toThrow("data[0][1] is 0.5");
  });
});

it("the classes of data have the probabilities of the top RBM", () => {
  const net = randomNet([3, 4, 3], new Random(12), 3);
  const rows = nodes(net.visible).rows;
  const found = labelProbabilities(net, { rows: 8, columns: 3, values: rows }, { workspace });
  const means = net.rbms[0].hiddenMean(rows);
  for (let r = 0; r < 8; r++) {
    // Means are no states: the free energy is worked out from its terms, -b.h - c_y - sum_j log(1 + e^(W^T (h, y) + d)_j).
    const weights = [0, 1, 2].map((c) => {
      const joint = new Float64Array(7);
      joint.set(means.subarray(4 * r, 4 * r + 4));
      joint[4 + c] = 1;
      const inputs = net.top.hiddenInputs(joint);
      const gamma = net.top.hidden.cumulant(inputs, 1, new Float64Array(1))[0];
      return exp(gamma + net.top.visible.parameters[4 + c]);
    });
    const total = weights[0] + weights[1] + weights[2];
    weights.forEach((w, c) => {
      expect(found.values[3 * r + c]).toBeCloseTo(w / total, 5);
    });
  }
  expect(() => labelProbabilities(randomNet([3, 2], new Random(1)), [[0, 0, 1]])).toThrow("the net has no label units");
});

describe("joined units", () => {
  const random = new Random(20);
  const parts = [LAYERS.spin(2, random), LAYERS.softmax(1, random), LAYERS.binary(3, random)];
  const whole = joined(...parts);

  it("do what each of them does", () => {
    expect(whole).toMatchObject({ count: 6, width: 8, type: "spin and softmax and binary" });
    const inputs = Float64Array.from({ length: 16 }, () => random.normal());
    const cut = (values: Float64Array, r: number) => [
      values.slice(8 * r, 8 * r + 2),
      values.slice(8 * r + 2, 8 * r + 5),
      values.slice(8 * r + 5, 8 * r + 8),
    ];
    const means = whole.mean(inputs, 1.5, new Float64Array(16));
    const variances = whole.variance(inputs, 1.5, new Float64Array(16));
    const states = whole.sample(inputs, 1.5, [random.fork(1), random.fork(2)], new Float64Array(16));
    whole.check("states", states);
    const [cumulants, energies] = [
      whole.cumulant(inputs, 1.5, new Float64Array(2)),
      whole.energy(states, new Float64Array(2)),
    ];
    const gradient = new Float64Array(8);
    whole.addMeanGradient(inputs, 1, 1, gradient);
    const sums = new Float64Array(8);
    for (let r = 0; r < 2; r++) {
      const sum = [0, 0];
      parts.forEach((units, p) => {
        const own = cut(inputs, r)[p];
        expect(cut(means, r)[p]).toEqual(units.mean(own, 1.5, new Float64Array(own.length)));
        expect(cut(variances, r)[p]).toEqual(units.variance(own, 1.5, new Float64Array(own.length)));
        sum[0] += units.cumulant(own, 1.5, new Float64Array(1))[0];
        sum[1] += units.energy(cut(states, r)[p], new Float64Array(1))[0];
        units.addMeanGradient(own, 1, 1, sums.subarray([0, 2, 5][p], [2, 5, 8][p]));
      });
      expect(cumulants[r]).toBeCloseTo(sum[0], 12);
      expect(energies[r]).toBeCloseTo(sum[1], 12);
    }
    gradient.forEach((x, k) => {
      expect(x).toBeCloseTo(sums[k], 12);
    });
  });

  it("keep parameters of their own and learn in place", () => {
    const other = whole.copy();
    other.addToBiases(new Float64Array(8).fill(1));
    other.parameters.forEach((b, k) => {
      expect(b).toBeCloseTo(whole.parameters[k] + 1, 12);
    });
    other.parameters[7] = 100;
    expect(other.mean(new Float64Array(8), 1, new Float64Array(8))[7]).toBeCloseTo(1, 12);
  });

  it("of one type are a layer of that type", () => {
    const layer = joined(binary(2, { bias: [1, 2] }), binary(1, { bias: 3 }));
    expect(layer.twoStates).toEqual({ low: 0, high: 1 });
    expect([...layer.parameters]).toEqual([1, 2, 3]);
    expect(() => joined()).toThrow("layers is empty");
    expect(() => joined(binary(1), LAYERS.gaussian(1, random))).toThrow(
      "a layer has gaussian units; only binary, spin and softmax units can be",
    );
  });
});

it("layers must fit on each other", () => {
  const random = new Random(1);
  const below = machine(binary(4), binary(3), random);
  expect(() => new DeepBeliefNet([])).toThrow("rbms is empty");
  expect(() => new DeepBeliefNet([below, new Rbm({ visible: binary(2), hidden: binary(2) })])).toThrow(
    "rbms[1] has 2 visible values but the RBM below has 3 hidden ones",
  );
  expect(() => new DeepBeliefNet([below, new Rbm({ visible: spin(3), hidden: binary(2) })])).toThrow(
    "rbms[1] has spin visible units; expected binary, like the hidden ones below",
  );
  expect(() => DeepBeliefNet.ofLayers([binary(3)])).toThrow("layers has 1 layers");
  expect(() => DeepBeliefNet.ofLayers([binary(3), binary(2)], { labels: softmax(1, 3) })).toThrow("at least 2 RBMs");
  expect(() => DeepBeliefNet.ofLayers([binary(3), binary(2), binary(2)], { labels: binary(3) })).toThrow(
    "labels are 3 binary units; expected one softmax unit",
  );
  const net = DeepBeliefNet.ofLayers([binary(5), binary(4), binary(2)], { labels: softmax(1, 3) });
  expect(net.widths).toEqual([5, 4, 2]);
  expect(net.classes).toBe(3);
  expect(net.top.visible.width).toBe(7);
  const chains = (options: object) => () => new DeepBeliefChains(net, { random, ...options });
  expect(chains({ labels: [0, 3] })).toThrow("labels[1] is 3; expected a class from 0 to 2");
  expect(chains({ labels: [0], count: 2 })).toThrow("labels has 1 entries for 2 chains");
  expect(chains({ random: undefined })).toThrow("random is missing");
});
