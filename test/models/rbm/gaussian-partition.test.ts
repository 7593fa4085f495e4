import { describe, expect, it } from "vitest";
import { DataError, gaussian, Random, Rbm } from "../../../src/index.js";
import { annealedImportance, logPartition } from "../../../src/likelihood/index.js";
import { exactLogLikelihood, exactLogPartition } from "../../../src/models/index.js";

const pair = (w: number, gamma = 1, delta = 1) =>
  new Rbm({ visible: gaussian(1, { precision: gamma }), hidden: gaussian(1, { precision: delta }), weights: [[w]] });

/** Many units whose weights are all the same: their one singular value is w sqrt(n k). */
const uniform = (n: number, k: number, w: number) =>
  new Rbm({ visible: gaussian(n), hidden: gaussian(k), weights: Array.from({ length: n }, () => Array(k).fill(w)) });

describe("log Z of two gaussian layers", () => {
  // Z = (2 pi / beta)^(n/2 + k/2) / sqrt(det P), and 1 - w^2 = (1 - w)(1 + w) has one rounding where 1 - w is exact.
  it.each([0, 0.5, -0.9, 1 - 1e-6, 1 - 1e-12, 1 - 1e-16, -(1 - 2 ** -53)])("is the closed form for w = %s", (w) => {
    for (const beta of [1, 0.3]) {
      const logZ = Math.log((2 * Math.PI) / beta) - Math.log((1 - w) * (1 + w)) / 2;
      expect(exactLogPartition(pair(w), { beta })).toBeCloseTo(logZ, 12);
    }
  });

  it("keeps its digits next to the boundary where products round", () => {
    // 6 (1 - 2^-51) is a double; det P = 36 - w^2 = (6 - w)(6 + w).
    const w = 6 - 6 * 2 ** -51;
    const logZ = Math.log(2 * Math.PI) - Math.log((6 - w) * (6 + w)) / 2;
    expect(exactLogPartition(pair(w, 4, 9))).toBeCloseTo(logZ, 12);
    // The singular value is 4 w = 1 - 2^-53.
    const near = uniform(8, 2, (1 - 2 ** -53) / 4);
    expect(exactLogPartition(near)).toBeCloseTo(
      5 * Math.log(2 * Math.PI) - Math.log(2 ** -53 * (2 - 2 ** -53)) / 2,
      12,
    );
  });

  it.each([
    ["w = 1", pair(1)],
    ["w = -1", pair(-1)],
    ["w = 1 + 2^-52", pair(1 + 2 ** -52)],
    ["w = 1 + 1e-12", pair(1 + 1e-12)],
    ["w = 2", pair(2)],
    ["w = 6 with the precisions 4 and 9", pair(6, 4, 9)],
    ["w = 6 with the precisions 9 and 4, whose quotient 6 / 9 is rounded", pair(6, 9, 4)],
    ["16 weights of 1/4", uniform(8, 2, 0.25)],
    ["16 weights of 1/4, transposed", uniform(2, 8, 0.25)],
    ["16 weights just above 1/4", uniform(8, 2, 0.25 + 2 ** -54)],
  ])("is refused at and beyond the boundary: %s", async (_, rbm) => {
    const options = { random: new Random(1), chains: 4, temperatures: 5 };
    const visible = new Float64Array(rbm.visible.width);
    expect(() => exactLogPartition(rbm)).toThrow(DataError);
    expect(() => exactLogPartition(rbm)).toThrow(
      /^Z is finite only where the precision matrix of the machine is positive definite: /,
    );
    expect(() => exactLogLikelihood(rbm, visible)).toThrow(/Z is finite only/);
    await expect(logPartition(rbm, options)).rejects.toThrow(/Z is finite only/);
    await expect(logPartition(rbm, { ...options, method: "annealing" })).rejects.toThrow(/Z is finite only/);
    await expect(annealedImportance(rbm, options)).rejects.toThrow(/Z is finite only/);
  });

  it("counts the means of the units", () => {
    const [mu, nu, w, beta] = [0.7, -1.3, 0.6, 1.5];
    const rbm = new Rbm({ visible: gaussian(1, { mean: mu }), hidden: gaussian(1, { mean: nu }), weights: [[w]] });
    const least = w * mu * nu + (w * w * (mu * mu + nu * nu + 2 * w * mu * nu)) / (2 * (1 - w * w));
    const logZ = beta * least + Math.log((2 * Math.PI) / beta) - Math.log(1 - w * w) / 2;
    expect(exactLogPartition(rbm, { beta })).toBeCloseTo(logZ, 12);
  });

  it("is exact in logPartition, which says so", async () => {
    const { logZ, standardError, trusted, verdict } = await logPartition(pair(0.5), { random: new Random(1) });
    expect([logZ, standardError, trusted]).toEqual([exactLogPartition(pair(0.5)), 0, true]);
    expect(verdict).toBe("exact: log Z is that of a normal distribution");
  });
});
