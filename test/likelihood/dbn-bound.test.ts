import { describe, expect, it } from "vitest";
import {
  binary,
  DeepBeliefNet,
  deepBeliefBound,
  exactLogLikelihood,
  logPartition,
  Random,
  Rbm,
} from "../../src/index.js";
import { referenceWorkspace } from "../../src/kernels/index.js";
import { transpose } from "../../src/math/matrix.js";
import { bernoulli, exactMoments, randomNet } from "../models/dbn/nets.js";
import { machine } from "../models/rbm-machines.js";
import { LAYERS, nodes } from "../units/layers.js";

const workspace = referenceWorkspace;

describe.each([
  ["two hidden layers", [4, 3, 4], 0],
  ["three hidden layers", [3, 4, 3, 3], 0],
  ["labels", [3, 3, 3], 3],
] as const)("the bound of a net with %s", (_, widths, classes) => {
  const random = new Random(3);
  const net = randomNet(widths, random, classes);
  const { rows } = nodes(net.visible);
  const { first, second } = exactMoments(net);
  const logs = first.map(Math.log);

  it("lies below log p(v), row by row, and comes close to it with importance weights", async () => {
    const draws = 4000;
    const bound = await deepBeliefBound(net, rows, { random: new Random(1), draws, workspace, method: "exact" });
    const mean = logs.reduce((sum, x) => sum + x, 0) / logs.length;
    for (let r = 0; r < logs.length; r++) {
      // The standard error of the mean over all rows, were all of it due to this row.
      expect(bound.rows[r]).toBeLessThan(logs[r] + 5 * bound.standardError * logs.length);
    }
    expect(bound.value).toBeLessThan(mean);
    expect(bound.importanceWeighted).toBeGreaterThan(bound.value);
    // The relative variance of a mean of w, and by the delta method the bias and the error of the mean of its logarithms.
    const variances = first.map((p, r) => (second[r] / (p * p) - 1) / draws);
    const total = variances.reduce((sum, x) => sum + x, 0);
    expect(Math.max(...variances)).toBeLessThan(0.05);
    const error = (5 * Math.sqrt(total)) / logs.length;
    expect(Math.abs(bound.importanceWeighted + total / 2 / logs.length - mean)).toBeLessThan(error);
    expect(bound.trusted).toBe(true);
    expect(bound.low).toBeCloseTo(bound.value - 3 * bound.standardError, 9);
  });

  it("does not depend on what rows are beside a row", async () => {
    const partition = await logPartition(net.top, { random: new Random(1), method: "exact" });
    const options = () => ({ random: new Random(1), draws: 5, workspace, partition });
    const all = await deepBeliefBound(net, rows, options());
    const part = await deepBeliefBound(net, rows.slice(0, 2 * net.visible.width), options());
    expect(part.rows).toEqual(all.rows.slice(0, 2));
  });
});

describe("the bound", () => {
  it("is the expectation over Q that enumeration gives", async () => {
    const net = randomNet([3, 3, 3], new Random(5));
    const [below, top] = net.rbms;
    const { rows } = nodes(net.visible);
    const h = nodes(below.hidden).rows;
    const logZ = (await logPartition(top, { random: new Random(1) })).logZ;
    const wanted = Float64Array.from({ length: 8 }, (_, r) => {
      const v = rows.subarray(3 * r, 3 * r + 3);
      const q = below.hiddenMean(v);
      let sum = 0;
      for (let s = 0; s < 8; s++) {
        const state = h.subarray(3 * s, 3 * s + 3);
        const p = below.visibleMean(state);
        const logQ = Math.log(bernoulli(state, q));
        sum += Math.exp(logQ) * (Math.log(bernoulli(v, p)) - top.freeEnergy(state)[0] - logZ - logQ);
      }
      return sum;
    });
    const mean = wanted.reduce((sum, x) => sum + x, 0) / 8;
    const bound = await deepBeliefBound(net, rows, { random: new Random(2), draws: 3000, workspace });
    expect(Math.abs(bound.value - mean)).toBeLessThan(5 * bound.standardError);
    expect(bound.standardError).toBeLessThan(0.02);
  });

  it("is log p(v) itself, in every draw, where the upper RBM is the lower one upside down", async () => {
    const random = new Random(7);
    const below = machine(LAYERS.binary(5, random), LAYERS.binary(4, random), random, 1);
    const top = new Rbm({
      visible: below.hidden.copy(),
      hidden: below.visible.copy(),
      weights: transpose(below.weights),
    });
    const { rows } = nodes(below.visible);
    const bound = await deepBeliefBound(new DeepBeliefNet([below, top]), rows, { random, draws: 3, workspace });
    const exact = exactLogLikelihood(below, rows);
    for (let r = 0; r < exact.length; r++) expect(bound.rows[r]).toBeCloseTo(exact[r], 4);
    expect(bound.standardError).toBeLessThan(1e-5);
    expect(bound.importanceWeighted).toBeCloseTo(bound.value, 5);
  });

  it("is the log-likelihood of a single RBM", async () => {
    const random = new Random(8);
    const rbm = machine(LAYERS.spin(4, random), LAYERS.binary(3, random), random);
    const { rows } = nodes(rbm.visible);
    const bound = await deepBeliefBound(new DeepBeliefNet([rbm]), rows, { random, draws: 2, workspace });
    const exact = exactLogLikelihood(rbm, rows);
    for (let r = 0; r < exact.length; r++) expect(bound.rows[r]).toBeCloseTo(exact[r], 5);
    expect(bound.standardError).toBe(0);
  });

  it("carries the doubt about log Z", async () => {
    const net = randomNet([4, 3, 4], new Random(3));
    const options = { random: new Random(1), workspace, method: "annealing", temperatures: 2, chains: 4 } as const;
    const bound = await deepBeliefBound(net, nodes(net.visible).rows, { ...options, draws: 2 });
    expect(bound.trusted).toBe(false);
    expect(bound.verdict).toMatch(/^not to be trusted/);
    const { low, high } = bound.partition;
    expect(bound.high + bound.cut - bound.low).toBeCloseTo(high - low + 6 * bound.standardError, 9);
    // No probability of binary states is above 1.
    expect([bound.high, bound.cut > 0]).toEqual([0, true]);
  });

  it("cuts all of itself at 0, above which no log-probability of binary states is", async () => {
    const net = randomNet([4, 3, 4], new Random(3));
    const { partition } = await deepBeliefBound(net, nodes(net.visible).rows, {
      random: new Random(1),
      workspace,
      draws: 2,
    });
    const forged = { ...partition, logZ: -100, low: -100, high: -100 };
    const options = { random: new Random(1), workspace, draws: 2, partition: forged };
    const bound = await deepBeliefBound(net, nodes(net.visible).rows, options);
    expect([bound.value, bound.low, bound.high]).toEqual([0, 0, 0]);
    expect([...bound.rows]).toEqual(new Array(bound.rows.length).fill(0));
    expect(bound.cut).toBeGreaterThan(50);
  });

  it("refuses what is no data", async () => {
    const net = DeepBeliefNet.ofLayers([binary(3), binary(2)]);
    const random = new Random(1);
    await expect(deepBeliefBound(net, new Float64Array(4), { random })).rejects.toThrow(
      "rows has 4 values; expected rows of 3",
    );
    await expect(deepBeliefBound(net, Float64Array.of(0, 0.5, 1), { random })).rejects.toThrow("rows[0][1] is 0.5");
    await expect(deepBeliefBound(net, new Float64Array(3), { random, draws: 1 })).rejects.toThrow("draws is 1");
  });
});
