import { describe, expect, it } from "vitest";
import { DataError } from "../../../src/errors.js";
import { binary, exactLogLikelihood, gaussian, Random, Rbm, relu, softmax, spin } from "../../../src/index.js";
import { square } from "../../../src/math/elementary.js";
import { logSumExp } from "../../../src/math/log-sum-exp.js";
import { logMillsRatio } from "../../../src/math/truncated-normal.js";
import { pseudoLikelihood } from "../../../src/training/index.js";
import type { Rows } from "../../../src/units/index.js";
import { machine, pairs, rowOf } from "../../models/rbm-machines.js";
import { LAYERS, nodes, normals, TYPES } from "../../units/layers.js";

/** sum_i log p(v_i | v_-i), from the free energies of every state, or of a fine grid, that v_i can be in. */
function byEnumeration(rbm: Rbm, row: Rows): number {
  const { visible } = rbm;
  const size = visible.width / visible.count;
  const own = -rbm.freeEnergy(row)[0];
  let sum = 0;
  for (let i = 0; i < visible.count; i++) {
    // All values of one unit, by those of a layer of a single one.
    const { rows, logWeights } = nodes(LAYERS[visible.type](1, new Random(0)));
    const logs = logWeights.map((logWeight, s) => {
      const other = row.slice();
      other.set(rowOf(rows, s, size), i * size);
      return logWeight - rbm.freeEnergy(other)[0];
    });
    sum += own - logSumExp(logs);
  }
  return sum;
}

describe.each(pairs(TYPES, TYPES))("the pseudo-likelihood of an RBM of %s and %s units", (visibleType, hiddenType) => {
  const random = new Random(31);
  const rbm = machine(LAYERS[visibleType](3, random), LAYERS[hiddenType](2, random), random);
  const { visible } = rbm;
  const draw = (count: number) => {
    const streams = Array.from({ length: count }, (_, r) => random.fork(r));
    const zeros = new Float64Array(count * visible.width);
    return visible.sample(zeros, 1, streams, zeros.slice());
  };

  it("is the sum over units of exact conditional probabilities", () => {
    const rows = draw(4);
    const exact = Array.from({ length: 4 }, (_, r) => byEnumeration(rbm, rowOf(rows, r, visible.width)));
    const { mean, standardError } = pseudoLikelihood(rbm, rows);
    expect(mean).toBeCloseTo(exact.reduce((sum, x) => sum + x, 0) / 4, 9);
    const spread = exact.reduce((sum, x) => sum + (x - mean) ** 2, 0);
    expect(standardError).toBeCloseTo(Math.sqrt(spread / 3 / 4), 7);
    expect(pseudoLikelihood(rbm, Float32Array.from(rows)).mean).toBeCloseTo(mean, 5);
  });

  it("is the mean of that of one random unit a row", () => {
    const row = draw(1);
    const exact = pseudoLikelihood(rbm, row).mean;
    const rows = new Float64Array(300 * visible.width).map((_, k) => row[k % visible.width]);
    const { mean, standardError } = pseudoLikelihood(rbm, rows, { random });
    expect(Math.abs(mean - exact)).toBeLessThan(5 * standardError);
  });
});

describe("conditional densities", () => {
  it("of a gaussian unit that a strong hidden unit pulls to two places far apart", () => {
    const strong = new Rbm({ visible: gaussian(1), hidden: binary(1, { bias: -1800 }), weights: [[60]] });
    const single = -0.5 * Math.log(2 * Math.PI) + Math.log(0.5);
    for (const x of [0, 60]) expect(pseudoLikelihood(strong, Float64Array.of(x)).mean).toBeCloseTo(single, 9);
    const far = pseudoLikelihood(strong, Float64Array.of(-8)).mean;
    expect(far).toBeCloseTo(single - 32, 9);
  });

  it("of units whose scale is small or large", () => {
    for (const precision of [1e-8, 1e8]) {
      const rbm = new Rbm({ visible: gaussian(1, { mean: 5, precision }), hidden: binary(1) });
      const expected = 0.5 * Math.log(precision / (2 * Math.PI)) - 0.5;
      expect(pseudoLikelihood(rbm, Float64Array.of(5 + precision ** -0.5)).mean).toBeCloseTo(expected, 7);
    }
  });

  it.each([1e4, 1e6, 1e8])("of two modes %d standard deviations apart, of equal and of unequal weights", (w) => {
    for (const difference of [0, 8, -8, 1e5]) {
      const rbm = new Rbm({
        visible: gaussian(1),
        hidden: binary(1, { bias: [-0.5 * w * w + difference] }),
        weights: [[w]],
      });
      const far = difference - Math.max(0, difference) - Math.log1p(Math.exp(-Math.abs(difference)));
      for (const [x, weight] of [
        [0, far - difference],
        [w, far],
      ]) {
        const expected = weight - 0.5 * Math.log(2 * Math.PI);
        expect(pseudoLikelihood(rbm, Float64Array.of(x)).mean).toBeCloseTo(expected, difference === 1e5 ? 8 : 11);
      }
    }
  });

  it.each(["binary", "spin", "softmax"])("beside %s units are likelihoods if there is one visible unit", (type) => {
    const random = new Random(11);
    for (const [strength, precision] of [1, 30, 1000].flatMap((w) => [0.01, 1, 100].map((p) => [w, p]))) {
      const visible = gaussian(1, { mean: 3, precision });
      const rbm = machine(visible, LAYERS[type](4, random), random, strength * Math.sqrt(precision));
      const rows = Float64Array.of(3, 3 + 1 / Math.sqrt(precision), -40, 2000);
      const exact = exactLogLikelihood(rbm, rows);
      exact.forEach((log, r) => {
        // The exact sum adds squares of the inputs, which round.
        const error = 1e-10 + 2 ** -48 * (Math.abs(log) + square(12 * strength));
        expect(Math.abs(pseudoLikelihood(rbm, rows.slice(r, r + 1)).mean - log)).toBeLessThan(error);
      });
    }
  });

  it("of a relu unit that a hidden unit pulls far below 0 or far above it", () => {
    for (const w of [-1e5, -300, -3, 0, 3, 300]) {
      const rbm = new Rbm({
        visible: relu(1, { mean: 1 }),
        hidden: binary(1, { bias: 0.3 - Math.max(0, w + 0.5 * w * w) }),
        weights: [[w]],
      });
      const x = Float64Array.of(Math.max(0.5, 1 + w));
      const parts = [1, 1 + w].map((mean) => logMillsRatio(-mean) - 0.5);
      const integral = logSumExp([parts[0], parts[1] + rbm.hidden.parameters[0]]);
      expect(pseudoLikelihood(rbm, x).mean).toBeCloseTo(-rbm.freeEnergy(x)[0] - integral, 8);
    }
  });

  it("of gaussian units beside gaussian units, up to the edge of existence", () => {
    for (const gap of [1, 1e-3, 1e-9]) {
      const rbm = new Rbm({ visible: gaussian(1), hidden: gaussian(1), weights: [[Math.sqrt(1 - gap)]] });
      const precision = 1 - square(rbm.weights.values[0]);
      const expected = 0.5 * Math.log(precision / (2 * Math.PI)) - 2 * precision;
      expect(pseudoLikelihood(rbm, Float64Array.of(2)).mean).toBeCloseTo(expected, 12);
    }
    for (const [v, h] of pairs(["gaussian", "relu"], ["gaussian", "relu"])) {
      const units = { gaussian, relu } as Record<string, typeof gaussian>;
      const rbm = new Rbm({ visible: units[v](1), hidden: units[h](1), weights: [[1]] });
      expect(pseudoLikelihood(rbm, Float64Array.of(2)).mean).toBe(Number.NEGATIVE_INFINITY);
    }
  });

  it("are refused where the squares of the weights are not numbers, and never NaN", () => {
    for (const w of [1e160, 1e308]) {
      for (const visible of [gaussian(2), relu(2)]) {
        for (const hidden of [binary(2), spin(2), softmax(1, 2), gaussian(2), relu(2)]) {
          const rbm = new Rbm({
            visible,
            hidden,
            weights: [
              [w, -w],
              [w, w],
            ],
          });
          expect(() => pseudoLikelihood(rbm, Float64Array.of(1, 0))).toThrow(DataError);
        }
      }
    }
  });

  it("are zero where their integral is infinite", () => {
    for (const [v, h] of pairs(["gaussian", "relu"], ["gaussian", "relu"])) {
      const random = new Random(1);
      const rbm = new Rbm({ visible: LAYERS[v](1, random), hidden: LAYERS[h](1, random), weights: [[3]] });
      expect(pseudoLikelihood(rbm, Float64Array.of(1)).mean).toBe(Number.NEGATIVE_INFINITY);
    }
  });
});

it("of independent units is their likelihood, and its units must be in their range", () => {
  const random = new Random(2);
  const bias = normals(6, random);
  const rbm = new Rbm({ visible: binary(6, { bias }), hidden: binary(2) });
  const row = Float64Array.of(1, 0, 0, 1, 1, 0);
  const expected = bias.reduce((sum, b, i) => sum - Math.log1p(Math.exp(row[i] === 1 ? -b : b)), 0);
  expect(pseudoLikelihood(rbm, row).mean).toBeCloseTo(expected, 12);
  expect(pseudoLikelihood(rbm, row).standardError).toBe(Number.POSITIVE_INFINITY);
  expect(() =>
    pseudoLikelihood(
      rbm,
      row.map((x) => x / 2),
    ),
  ).toThrow("visible[0][0] is 0.5; expected 0 or 1 in a binary");
});
