import { describe, expect, it } from "vitest";
import {
  binary,
  exactLogPartition,
  GibbsChains,
  gaussian,
  Random,
  Rbm,
  relu,
  softmax,
  spin,
  type Units,
} from "../../src/index.js";
import { defaultWorkspace, type MakeWorkspace, referenceWorkspace } from "../../src/kernels/index.js";
import {
  type AnnealedChains,
  anneal,
  annealBack,
  annealedImportance,
  baseRateInputs,
  exactSamples,
  RbmChains,
  reverseAnnealedImportance,
  uniformInputs,
} from "../../src/likelihood/index.js";
import { joined } from "../../src/units/index.js";
import { drawFrom, jointLogs, machine, pairs, rowOf, smallLayer } from "../models/rbm-machines.js";
import { meanAndError } from "../support/statistics.js";
import { LAYERS, TYPES } from "../units/layers.js";

/** Means of the squares of `count` standard normal numbers lie within five of their standard deviations. */
const squaresWithin = (count: number) => 5 * Math.sqrt(2 / count);

describe("annealed importance sampling", () => {
  it.each(pairs(TYPES, TYPES))("%s and %s units: log Z of enumeration or integration, both ways", async (a, b) => {
    const random = new Random(31);
    const rbm = machine(smallLayer(a, random), smallLayer(b, random), random, 0.6);
    const beta = 0.9;
    const { logZ, v, logs } = jointLogs(rbm, beta);
    const data = new GibbsChains(rbm, { random: random.fork(0), count: 20 }).advance(5).visible;
    const options = { beta, chains: 300, temperatures: 25, data };
    const forward = await annealedImportance(rbm, { ...options, random: random.fork(1) });
    expect(Math.abs(forward.logZ - logZ)).toBeLessThan(5 * forward.standardError);
    expect(forward.standardError).toBeLessThan(0.1);

    const samples = new Float64Array(300 * rbm.visible.width);
    const marginal = logs.map((row) => row.reduce((sum, x) => sum + Math.exp(x - logZ), 0));
    const draws = random.fork(2);
    const { width } = rbm.visible;
    for (let r = 0; r < 300; r++) {
      const at = drawFrom(marginal, draws);
      samples.set(rowOf(v.rows, at, width), r * width);
    }
    const reverse = await reverseAnnealedImportance(rbm, { ...options, samples, random: random.fork(3) });
    expect(Math.abs(reverse.logZ - logZ)).toBeLessThan(5 * reverse.standardError);
    expect(reverse.standardError).toBeLessThan(0.1);
  });

  it("two gaussian layers: log Z is that of the joint normal distribution", async () => {
    const weights = [
      [0.5, -0.3],
      [0.2, 0.4],
      [-0.6, 0.1],
    ];
    const rbm = new Rbm({ visible: gaussian(3, { mean: [1, -2, 0] }), hidden: gaussian(2, { precision: 2 }), weights });
    // log Z = 5/2 log 2 pi - 1/2 log det A + 1/2 m A^-1 m - 1/2 mu^2 with A = [[1, -W], [-W^T, 2]] and m = (mu, 0): eliminating
    // h leaves A_v = 1 - W W^T / 2, and eliminating v from its complement a 2 x 2 matrix S = 2 - W^T W.
    const [s00, s01, s11] = [
      [0, 0],
      [0, 1],
      [1, 1],
    ].map(([j, k]) => (j === k ? 2 : 0) - weights.reduce((sum, row) => sum + row[j] * row[k], 0));
    const det = s00 * s11 - s01 * s01;
    const mu = [1, -2, 0];
    const [g0, g1] = [0, 1].map((j) => weights.reduce((sum, row, i) => sum + row[j] * mu[i], 0));
    const quadratic = (g0 * g0 * s11 - 2 * g0 * g1 * s01 + g1 * g1 * s00) / det;
    const logZ = 2.5 * Math.log(2 * Math.PI) - 0.5 * Math.log(det) + 0.5 * quadratic;
    expect(exactLogPartition(rbm)).toBeCloseTo(logZ, 12);
    const { logZ: found, standardError } = await annealedImportance(rbm, {
      random: new Random(1),
      chains: 500,
      temperatures: 60,
    });
    expect(Math.abs(found - logZ)).toBeLessThan(5 * standardError);
    expect(standardError).toBeLessThan(0.1);
  });

  it("binary and softmax units side by side: log Z of enumeration, both ways", async () => {
    const random = new Random(4);
    const rbm = machine(
      joined(LAYERS.binary(6, random), LAYERS.softmax(2, random)),
      LAYERS.spin(5, random),
      random,
      0.6,
    );
    const logZ = exactLogPartition(rbm);
    const options = { data: exactSamples(rbm, { count: 20, random }), chains: 200, temperatures: 30 };
    for (const anneal of [annealedImportance, reverseAnnealedImportance]) {
      const found = await anneal(rbm, { ...options, random: random.fork(1) });
      expect(Math.abs(found.logZ - logZ)).toBeLessThan(5 * found.standardError);
      expect(found.standardError).toBeLessThan(0.1);
    }
  });

  it("the standard error is that of many runs, and log Z is too low forward and too high in reverse", async () => {
    const random = new Random(5);
    const rbm = machine(LAYERS.binary(12, random), LAYERS.binary(8, random), random, 0.7);
    const logZ = exactLogPartition(rbm);
    const runs = 60;
    const scores: number[] = [];
    const gaps: number[] = [];
    for (let run = 0; run < runs; run++) {
      const options = { random: new Random(100 + run), chains: 60, temperatures: 20 };
      const forward = await annealedImportance(rbm, options);
      const reverse = await reverseAnnealedImportance(rbm, options);
      expect(reverse.exact).toBe(true);
      scores.push((forward.logZ - logZ) / forward.standardError, (reverse.logZ - logZ) / reverse.standardError);
      gaps.push(reverse.logZ - forward.logZ);
    }
    const squares = scores.reduce((sum, z) => sum + z * z, 0) / scores.length;
    expect(Math.abs(squares - 1)).toBeLessThan(squaresWithin(scores.length));
    expect(meanAndError(gaps).mean).toBeGreaterThan(0);
  });

  it("with two temperatures it is importance sampling; with few, the bounds lie apart", async () => {
    const random = new Random(6);
    const rbm = machine(LAYERS.spin(10, random), LAYERS.binary(6, random), random, 1);
    const gaps: number[] = [];
    for (let run = 0; run < 30; run++) {
      const options = { random: new Random(run), chains: 20, temperatures: 2 };
      const forward = await annealedImportance(rbm, options);
      const reverse = await reverseAnnealedImportance(rbm, options);
      gaps.push(reverse.logZ - forward.logZ);
    }
    const { mean, error } = meanAndError(gaps);
    expect(mean).toBeGreaterThan(5 * error);
  });

  it("without weights every chain has the exact log Z", async () => {
    const random = new Random(7);
    const rbm = machine(LAYERS.softmax(4, random), LAYERS.gaussian(3, random), random, 0);
    const { logZ, standardError, effectiveSampleSize } = await annealedImportance(rbm, {
      random,
      chains: 7,
      temperatures: 9,
    });
    expect(standardError).toBeGreaterThan(0);
    expect(effectiveSampleSize).toBeLessThan(7);
    expect(Math.abs(logZ - exactLogPartition(rbm))).toBeLessThan(5 * standardError);
    const flat = machine(binary(4), binary(3), random, 0);
    const same = await annealedImportance(flat, { random, chains: 7, temperatures: 9 });
    expect(same.logZ).toBeCloseTo(7 * Math.log(2), 12);
    expect(same.standardError).toBeLessThan(1e-12);
    expect(same.effectiveSampleSize).toBeCloseTo(7, 10);
  });

  it("a chain does not depend on how many others there are", async () => {
    const random = new Random(8);
    const rbm = machine(LAYERS.binary(9, random), LAYERS.relu(4, random), random);
    const run = (chains: number) => annealedImportance(rbm, { random: new Random(3), chains, temperatures: 12 });
    const few = (await run(5)).logWeights;
    expect((await run(40)).logWeights.slice(0, 5)).toEqual(few);
  });

  it.each(pairs(["binary", "spin"], ["binary", "gaussian"]))(
    "%s and %s units: the same bits from any workspace",
    async (a, b) => {
      const random = new Random(8);
      const rbm = machine(LAYERS[a](40, random), LAYERS[b](33, random), random, 0.1);
      const run = (workspace: MakeWorkspace) =>
        annealedImportance(rbm, { random: new Random(3), chains: 9, temperatures: 12, workspace });
      expect(await run(referenceWorkspace)).toEqual(await run(defaultWorkspace));
    },
  );

  it.each(pairs(["binary", "spin", "softmax"], TYPES))("%s and %s units: weights are precise", (a, b) => {
    const random = new Random(9);
    const rbm = machine(LAYERS[a](40, random), LAYERS[b](15, random), random, 0.2);
    const chains = new RbmChains(rbm, { random, chains: 50 });
    chains.drawBase();
    const found = new Float64Array(50);
    for (let k = 0; k < 200; k++) chains.addLogRatios(k / 200, (k + 1) / 200, found);
    const states = chains.states();
    const base = new Rbm({ visible: rbm.visible.copy(), hidden: rbm.hidden.copy() });
    base.visible.addToBiases(uniformInputs(base.visible));
    base.hidden.addToBiases(uniformInputs(base.hidden));
    const target = rbm.freeEnergy(states);
    const start = base.freeEnergy(states);
    // An input is the rounded sum of 40 rounded weights of about 0.2, and there are 15 of them.
    found.forEach((logWeight, r) => {
      expect(Math.abs(logWeight - (start[r] - target[r]))).toBeLessThan(15 * 40 * 2 ** -24);
    });
  });

  it("single precision leaves no trace in log Z of 20 x 15 units", async () => {
    const random = new Random(9);
    const rbm = machine(LAYERS.binary(20, random), LAYERS.binary(15, random), random, 0.15);
    const logZ = exactLogPartition(rbm);
    const options = { random: new Random(1), chains: 300, temperatures: 300 };
    const { logZ: found, standardError } = await annealedImportance(rbm, options);
    expect(Math.abs(found - logZ)).toBeLessThan(5 * standardError);
    expect(standardError).toBeLessThan(0.01);
  });

  it("tells how far it is, and stops when told", async () => {
    const rbm = machine(binary(5), binary(3), new Random(10));
    const seen: [number, number][] = [];
    const controller = new AbortController();
    const options = { random: new Random(1), chains: 4, temperatures: 6, signal: controller.signal };
    await annealedImportance(rbm, { ...options, progress: (done, total) => seen.push([done, total]) });
    expect(seen).toEqual([1, 2, 3, 4, 5].map((done) => [done, 5]));
    const stop = (done: number) => {
      if (done === 2) controller.abort(new Error("enough"));
    };
    await expect(annealedImportance(rbm, { ...options, progress: stop })).rejects.toThrow("enough");
  });

  it.each<[string, object, string]>([
    ["no chains", { chains: 0 }, "chains is 0; expected a whole number of at least 2"],
    ["one temperature", { temperatures: 1 }, "temperatures is 1; expected a whole number of at least 2"],
    ["no generator", { random: undefined }, "random is missing"],
    ["a beta of 0", { beta: 0 }, "beta is 0; expected a finite number above 0"],
    ["grey data", { data: new Float64Array(5).fill(0.5) }, "is 0.5; expected 0 or 1 in a binary unit"],
    [
      "data of another width",
      { data: new Float64Array(7) },
      "data has 7 values; expected at least one row of 5 values",
    ],
    ["temperatures twice", { temperatures: 5, schedule: [0, 1] }, "both temperatures and schedule are given"],
    ["a schedule of one", { schedule: [1] }, "schedule has 1 values"],
    ["a schedule from 0.1", { schedule: [0.1, 1] }, "schedule[0] is 0.1; expected 0"],
    [
      "a schedule that falls",
      { schedule: [0, 0.5, 0.4, 1] },
      "schedule[2] is 0.4; expected a number above schedule[1] = 0.5",
    ],
    ["a schedule with NaN", { schedule: [0, Number.NaN, 1] }, "schedule[1] is NaN"],
    ["a schedule to 0.9", { schedule: [0, 0.9] }, "schedule[1] is 0.9; expected 1, the last value"],
  ])("refuses %s", async (_, options, message) => {
    const rbm = machine(binary(5), binary(3), new Random(10));
    await expect(annealedImportance(rbm, { random: new Random(1), ...options })).rejects.toThrow(message);
  });

  it.each(["gaussian", "relu"])("says so where %s units have no finite Z", async (type) => {
    const random = new Random(11);
    const visible = LAYERS[type](3, random);
    const rbm = new Rbm({
      visible,
      hidden: gaussian(2),
      weights: [
        [9, 9],
        [9, 9],
        [9, 9],
      ],
    });
    const options = { random, chains: 5, temperatures: 100 };
    await expect(annealedImportance(rbm, options)).rejects.toThrow(/finite/);
    await expect(reverseAnnealedImportance(rbm, { ...options, steps: 100 })).rejects.toThrow(/finite/);
  });
});

describe("base rates", () => {
  const kinds: [string, (random: Random) => Units][] = TYPES.map((type) => [type, (random) => LAYERS[type](4, random)]);
  const mixed = (random: Random) => joined(LAYERS.binary(3, random), LAYERS.softmax(2, random));

  it.each([...kinds, ["joined", mixed] as const])("%s units have the means of the data, nearly", (_, make) => {
    const random = new Random(12);
    const units = make(random);
    const data = new GibbsChains(new Rbm({ visible: units, hidden: binary(1) }), { random, count: 30 }).visible;
    const means = new Float64Array(units.width);
    data.forEach((x, k) => {
      means[k % units.width] += x / 30;
    });
    const beta = 1.3;
    const free = units.mean(uniformInputs(units), beta, new Float64Array(units.width));
    const found = units.mean(baseRateInputs(units, means, beta), beta, new Float64Array(units.width));
    found.forEach((mean, i) => {
      expect(mean).toBeCloseTo(0.99 * means[i] + 0.01 * free[i], 10);
    });
  });

  it("stays finite where a unit never changes", () => {
    const inputs = baseRateInputs(binary(2, { bias: 3 }), [0, 1]);
    expect(inputs[0]).toBeCloseTo(Math.log(0.005 / 0.995) - 3, 10);
    expect(inputs[1]).toBeCloseTo(Math.log(0.995 / 0.005) - 3, 10);
  });
});

describe("base rates that no unit has", () => {
  it.each<[string, () => unknown, string]>([
    ["above 1", () => baseRateInputs(binary(2), [0.5, 1.2]), "means[1] is 1.2; expected a mean that a binary unit can"],
    ["below -1", () => baseRateInputs(spin(1), [-1.5]), "means[0] is -1.5; expected a mean that a spin unit can have"],
    ["negative", () => baseRateInputs(relu(1), [-3]), "means[0] is -3; expected a mean that a relu unit can have"],
    ["negative", () => baseRateInputs(softmax(1, 2), [-1, 2]), "means[0] is -1"],
    ["NaN", () => baseRateInputs(gaussian(1), [Number.NaN]), "means[0] is NaN"],
    ["one too many", () => baseRateInputs(binary(2), [0, 1, 0]), "means has 3 values but the layer has 2"],
  ])("%s: refused", (_, act, message) => {
    expect(act).toThrow(message);
  });
});

describe("annealing of chains from outside", () => {
  const chainsOf = (own: Partial<AnnealedChains>): AnnealedChains => ({
    count: 2,
    logPartition: 0,
    drawBase: () => {},
    addLogRatios: (_from, _to, out) => out.set(out.map((log) => log + Math.LN2 / 2)),
    move: () => {},
    ...own,
  });
  const schedule = [0, 0.5, 1];
  const never = () => {
    throw new Error("a step was made");
  };

  it("adds the ratios of all steps to log Z_0, or subtracts them", async () => {
    const chains = chainsOf({ logPartition: 3 });
    expect((await anneal(chains, schedule)).logZ).toBeCloseTo(3 + Math.LN2, 14);
    expect((await annealBack(chains, schedule)).logZ).toBeCloseTo(3 - Math.LN2, 14);
  });

  it.each<[Partial<AnnealedChains>, string]>([
    [{ count: 1 }, "count of the chains is 1; expected a whole number from 2"],
    [{ count: Number.NaN }, "count of the chains is NaN; expected a whole number from 2"],
    [{ logPartition: Number.NaN }, "logPartition of the chains is NaN; expected a finite number"],
    [{ logPartition: Number.POSITIVE_INFINITY }, "logPartition of the chains is Infinity; expected a finite number"],
  ])("refuses %o before the first step", async (own, message) => {
    const chains = chainsOf({ drawBase: never, addLogRatios: never, ...own });
    await expect(anneal(chains, schedule)).rejects.toThrow(message);
    await expect(annealBack(chains, schedule)).rejects.toThrow(message);
  });

  it.each<[number, number, string]>([
    [3, Number.NaN, "the log weight of chain 0 is NaN at lambda = 0.5"],
    [3, Number.POSITIVE_INFINITY, "the log weight of chain 0 is Infinity at lambda = 0.5"],
    [3, Number.NEGATIVE_INFINITY, "logWeights are all -Infinity"],
    [Number.MAX_VALUE, 8e307, "log Z is Infinity; expected a finite number"],
  ])("from log Z_0 = %d refuses log ratios of %d", async (logPartition, ratio, message) => {
    const addLogRatios = (_from: number, _to: number, out: Float64Array) => {
      for (let r = 0; r < out.length; r++) out[r] += ratio;
    };
    await expect(anneal(chainsOf({ logPartition, addLogRatios }), schedule)).rejects.toThrow(message);
  });
});

describe("exact samples", () => {
  it.each([...pairs(["binary", "softmax"], TYPES), ...pairs(["gaussian", "relu"], ["spin"])])(
    "%s and %s units: the frequencies are the probabilities",
    (a, b) => {
      const random = new Random(13);
      const rbm = machine(smallLayer(a, random), smallLayer(b, random), random, 1);
      const count = 4000;
      const samples = exactSamples(rbm, { count, random: random.fork(0) });
      const { width } = rbm.visible;
      const mean = (i: number, power: number) =>
        meanAndError(Array.from({ length: count }, (_, r) => samples[r * width + i] ** power));
      const { v, logs, logZ } = jointLogs(rbm, 1);
      for (let i = 0; i < width; i++) {
        for (const power of [1, 2]) {
          let wanted = 0;
          logs.forEach((row, r) => {
            const probability = row.reduce((sum, x) => sum + Math.exp(x - logZ), 0);
            wanted += probability * v.rows[r * width + i] ** power;
          });
          const { mean: found, error } = mean(i, power);
          expect(Math.abs(found - wanted)).toBeLessThanOrEqual(5 * error);
        }
      }
    },
  );

  it("a row does not depend on the others", () => {
    const rbm = machine(binary(6), binary(4), new Random(14));
    const few = exactSamples(rbm, { count: 3, random: new Random(1) });
    expect(exactSamples(rbm, { count: 50, random: new Random(1) }).slice(0, few.length)).toEqual(few);
  });

  it("refuses machines that are too large and counts below one", () => {
    const rbm = new Rbm({ visible: binary(30), hidden: gaussian(2) });
    expect(() => exactSamples(rbm, { random: new Random(1) })).toThrow("an exact sum lists the states of a layer");
    expect(() =>
      exactSamples(new Rbm({ visible: binary(3), hidden: binary(2) }), { count: 0, random: new Random(1) }),
    ).toThrow("count is 0");
  });
});
