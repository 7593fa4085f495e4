import { describe, expect, it } from "vitest";
import { binary, gaussian, Random, Rbm, relu, softmax, spin, warningMessage } from "../../../src/index.js";
import {
  deadHiddenUnits,
  deadUnitsWarning,
  divergenceWarning,
  freeEnergyGap,
  overfittingWarning,
  squaredReconstructionError,
  weightNorms,
} from "../../../src/training/index.js";
import { machine } from "../../models/rbm-machines.js";
import { meanAndError } from "../../support/statistics.js";

describe("the reconstruction error", () => {
  it("is the mean square of what the mean-field reconstruction misses", () => {
    const rbm = new Rbm({ visible: binary(2), hidden: binary(1, { bias: 1 }), weights: [[2], [-1]] });
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
    const expected = [
      [1, 0],
      [1, 1],
    ].map(([a, b]) => {
      const h = sigmoid(1 + 2 * a - b);
      return ((a - sigmoid(2 * h)) ** 2 + (b - sigmoid(-h)) ** 2) / 2;
    });
    expect(squaredReconstructionError(rbm, Float64Array.of(1, 0, 1, 1))).toBeCloseTo(
      (expected[0] + expected[1]) / 2,
      14,
    );
  });

  it("is the variance of the data in a machine of independent units with their means", () => {
    const rbm = new Rbm({ visible: gaussian(1, { mean: 2 }), hidden: binary(3) });
    expect(squaredReconstructionError(rbm, Float64Array.of(1, 3, 0, 4))).toBeCloseTo(2.5, 14);
  });
});

describe("the free-energy gap", () => {
  const random = new Random(3);
  const rbm = machine(spin(4), binary(3), random);
  const draw = (count: number) => Float64Array.from({ length: 4 * count }, () => (random.bernoulli(0.5) ? 1 : -1));

  it("is the difference of the mean free energies, with its error", () => {
    const [a, b] = [draw(9), draw(6)];
    const [seen, unseen] = [a, b].map((rows) => meanAndError([...rbm.freeEnergy(rows)]));
    const gap = freeEnergyGap(rbm, a, b);
    expect(gap.gap).toBeCloseTo(unseen.mean - seen.mean, 12);
    expect(gap.training).toBeCloseTo(seen.mean, 12);
    expect(gap.heldOut).toBeCloseTo(unseen.mean, 12);
    expect(gap.standardError).toBeCloseTo(Math.hypot(seen.error, unseen.error), 12);
  });

  it("warns once it is surely above zero", () => {
    const at = (gap: number) => overfittingWarning({ training: 0, heldOut: gap, gap, standardError: 1 });
    expect(at(4.9)).toBeUndefined();
    expect(at(-9)).toBeUndefined();
    expect(at(Number.NaN)).toBeUndefined();
    expect(at(5.25)).toEqual({ code: "overfitting", gap: 5.25, standardError: 1 });
  });
});

describe("dead hidden units", () => {
  const rows = Float64Array.from({ length: 200 }, (_, k) => (k % 3 === 0 ? 1 : 0));

  it.each([
    ["binary", binary(5, { bias: [0, -6.95, -6.85, 6.95, 6.85] }), [1, 3]],
    ["spin", spin(3, { bias: [-3.48, -3.42, 3.48] }), [0, 2]],
    ["softmax", softmax(2, 2, { bias: [0, 0, 0, 7] }), [2, 3]],
    ["relu", relu(3, { mean: [-40, 0, 50] }), [0]],
    ["gaussian", gaussian(2, { mean: [-50, 50], precision: [1e-4, 1e4] }), []],
  ])("are those of %s units that vary by less than one that is on once in a thousand", (_, hidden, dead) => {
    expect(deadHiddenUnits(new Rbm({ visible: binary(2), hidden }), rows)).toEqual(dead);
  });

  it("are not those that follow the data", () => {
    const rbm = new Rbm({ visible: binary(1), hidden: binary(2, { bias: -50 }), weights: [[100, 0]] });
    expect(deadHiddenUnits(rbm, rows)).toEqual([1]);
  });

  it("are named in a warning", () => {
    expect(deadUnitsWarning([], 9)).toBeUndefined();
    expect(deadUnitsWarning([3, 7], 9)).toEqual({ code: "dead-units", dead: [3, 7], hidden: 9 });
    expect(warningMessage({ code: "dead-units", dead: [1, 2, 3, 4, 5, 6], hidden: 9 })).toContain(
      "6 of 9 hidden units (1, 2, 3, 4, 5, ...)",
    );
  });
});

it("the norms of the weights are those of the matrix and of its columns", () => {
  const weights = [
    [3, 0, -1],
    [4, 1, 1],
  ];
  const norms = weightNorms(new Rbm({ visible: binary(2), hidden: binary(3), weights }));
  expect(norms.rootMeanSquare).toBeCloseTo(Math.sqrt(28 / 6), 14);
  expect(norms.largest).toBe(4);
  expect([...norms.filters]).toEqual([5, 1, Math.SQRT2].map((x) => expect.closeTo(x, 14)));
});

it("divergence is a reconstruction error that doubles, or is no number", () => {
  expect(divergenceWarning(0.1, 0.06)).toBeUndefined();
  expect(divergenceWarning(5, Number.POSITIVE_INFINITY)).toBeUndefined();
  const found = divergenceWarning(0.1301, 0.06)!;
  expect(found).toEqual({ code: "divergence", error: 0.1301, best: 0.06 });
  expect(warningMessage(found)).toContain("the squared reconstruction error is 0.13 after 0.06");
  expect(divergenceWarning(Number.NaN, 0.06)).toEqual({ code: "divergence", error: Number.NaN, best: 0.06 });
  expect(divergenceWarning(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)?.code).toBe("divergence");
});
