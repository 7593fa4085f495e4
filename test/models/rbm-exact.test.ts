import { describe, expect, it } from "vitest";
import {
  binary,
  exactLogLikelihood,
  exactLogPartition,
  GibbsChains,
  gaussian,
  Random,
  Rbm,
  relu,
  softmax,
  spin,
} from "../../src/index.js";
import { logSumExp } from "../../src/math/log-sum-exp.js";
import { exactGradient } from "../../src/models/index.js";
import { LAYERS, nodes, TYPES } from "../units/layers.js";
import { FINITE, jointLogs, machine, pairs, smallLayer } from "./rbm-machines.js";

describe("exact sums", () => {
  it.each(pairs(FINITE, FINITE))("%s and %s units: log Z is the same from both sides and the whole", (a, b) => {
    const random = new Random(8);
    const rbm = machine(LAYERS[a](4, random), LAYERS[b](3, random), random, 1);
    for (const beta of [0.5, 1.5]) {
      const logZ = exactLogPartition(rbm, { beta, over: "visible" });
      expect(exactLogPartition(rbm, { beta, over: "hidden" })).toBeCloseTo(logZ, 11);
      expect(jointLogs(rbm, beta).logZ).toBeCloseTo(logZ, 11);
      const { rows } = nodes(rbm.visible);
      expect(logSumExp(exactLogLikelihood(rbm, rows, { beta }))).toBeCloseTo(0, 11);
    }
  });

  it.each([...pairs(FINITE, ["gaussian", "relu"]), ...pairs(["gaussian", "relu"], FINITE)])(
    "%s and %s units: log Z is that of numerical integration",
    (a, b) => {
      const random = new Random(9);
      const rbm = machine(smallLayer(a, random), smallLayer(b, random), random, 0.6);
      expect(exactLogPartition(rbm, { beta: 0.7 })).toBeCloseTo(jointLogs(rbm, 0.7).logZ, 8);
    },
  );

  it.each([...pairs(FINITE, TYPES), ...pairs(["gaussian", "relu"], FINITE)])(
    "%s and %s units: the gradient is the derivative of the exact likelihood",
    (a, b) => {
      const random = new Random(10);
      const rbm = machine(LAYERS[a](3, random), LAYERS[b](2, random), random, 0.6);
      const data = new GibbsChains(rbm, { random, count: 4 }).visible;
      const options = { beta: 1.1 };
      const gradient = exactGradient(rbm, data, options);
      const step = 1e-4;
      const likelihood = () => exactLogLikelihood(rbm, data, options).reduce((sum, x) => sum + x / 4, 0);
      const parts: [Float64Array, Float64Array][] = [
        [rbm.weights.values, gradient.weights],
        [rbm.visible.parameters, gradient.visible],
        [rbm.hidden.parameters, gradient.hidden],
      ];
      for (const [parameters, slopes] of parts) {
        for (let p = 0; p < parameters.length; p++) {
          const value = parameters[p];
          parameters[p] = value + step;
          const above = likelihood();
          parameters[p] = value - step;
          const below = likelihood();
          parameters[p] = value;
          expect(slopes[p]).toBeCloseTo((above - below) / (2 * step), 6);
        }
      }
    },
  );

  it("the gradient is the same from both sides", () => {
    const random = new Random(11);
    const rbm = machine(spin(4, { bias: 0.2 }), softmax(2, 3), random, 1);
    const data = new GibbsChains(rbm, { random, count: 5 }).visible;
    const [one, other] = (["visible", "hidden"] as const).map((over) => exactGradient(rbm, data, { over }));
    for (const part of ["weights", "visible", "hidden"] as const) {
      one[part].forEach((x, p) => {
        expect(x).toBeCloseTo(other[part][p], 12);
      });
    }
  });

  it("a machine with gaussian hidden units is a Hopfield net: E(v) = -1/2 v W W^T v", () => {
    const random = new Random(12);
    const rbm = machine(spin(5), gaussian(2), random);
    const W = rbm.weights.values;
    const { rows } = nodes(rbm.visible);
    const energies = rbm.freeEnergy(rows, { beta: 2 });
    const constant = 0.5 * 2 * Math.log((2 * Math.PI) / 2);
    energies.forEach((energy, r) => {
      let quadratic = 0;
      for (let j = 0; j < 2; j++) {
        let overlap = 0;
        for (let i = 0; i < 5; i++) overlap += W[i * 2 + j] * rows[r * 5 + i];
        quadratic += overlap * overlap;
      }
      expect(energy).toBeCloseTo(-quadratic / 2 - constant / 2, 12);
    });
  });

  const mixed = new Rbm({ visible: binary(5), hidden: relu(3) });
  it.each<[string, () => unknown, string]>([
    [
      "an exact sum over real values",
      () => exactLogPartition(mixed, { over: "hidden" }),
      "the hidden layer has real values; an exact sum lists the states of a layer with at most 2^24: try the other one",
    ],
    [
      "an exact sum over too many states",
      () => exactLogPartition(new Rbm({ visible: binary(784), hidden: softmax(16, 3) })),
      "the hidden layer has 3 states in each of 16 units; an exact sum lists the states of a layer with at most 2^24: use a",
    ],
    [
      "an unknown layer",
      () => exactLogPartition(mixed, { over: "both" as never }),
      'over is "both"; expected "visible" or',
    ],
  ])("refuses %s", (_, act, message) => {
    expect(act).toThrow(message);
  });
});
