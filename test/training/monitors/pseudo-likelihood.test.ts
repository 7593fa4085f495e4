import { describe, expect, it } from "vitest";
import { binary, gaussian, Random, Rbm } from "../../../src/index.js";
import { logSumExp } from "../../../src/math/log-sum-exp.js";
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
