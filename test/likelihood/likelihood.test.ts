import { describe, expect, it } from "vitest";
import {
  binary,
  exactLogLikelihood,
  exactLogPartition,
  gaussian,
  logLikelihood,
  logPartition,
  PatternSet,
  Random,
  Rbm,
  spin,
} from "../../src/index.js";
import {
  type AnnealingEstimate,
  exactSamples,
  likelihoodMonitor,
  linearSchedule,
  logMeanWeight,
  sandwich,
  threePieceSchedule,
} from "../../src/likelihood/index.js";
import { machine, rowOf } from "../models/rbm-machines.js";
import { LAYERS } from "../units/layers.js";

describe("weights", () => {
  it("have the mean, the error and the effective sample size of their definitions", () => {
    const weights = [1, 2, 3, 10];
    for (const shift of [0, 2000, -2000]) {
      const found = logMeanWeight(weights.map((w) => Math.log(w) + shift));
      expect(found.value).toBeCloseTo(Math.log(4) + shift, 10);
      // Squares of deviations from 4: 9 + 4 + 1 + 36 = 50.
      expect(found.standardError).toBeCloseTo(Math.sqrt(50 / 3 / 4) / 4, 10);
      expect(found.effectiveSampleSize).toBeCloseTo(256 / 114, 10);
    }
  });

  it("effective samples: all of them for equal weights, one where one weight is all", () => {
    expect(logMeanWeight([3, 3, 3]).effectiveSampleSize).toBeCloseTo(3, 14);
    expect(logMeanWeight([3, 3, 3]).standardError).toBe(0);
    expect(logMeanWeight([3, -900, Number.NEGATIVE_INFINITY]).effectiveSampleSize).toBe(1);
  });

  it.each<[string, number[], string]>([
    ["one weight", [1], "logWeights has 1 values; expected at least 2"],
    ["NaN", [1, Number.NaN], "logWeights[1] is NaN; expected the logarithm of a weight"],
    ["Infinity", [Number.POSITIVE_INFINITY, 0], "logWeights[0] is Infinity"],
    ["zeros alone", [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY], "logWeights are all -Infinity"],
  ])("refuses %s", (_, weights, message) => {
    expect(() => logMeanWeight(weights)).toThrow(message);
  });
});

describe("schedules", () => {
  it("rise from 0 to 1", () => {
    expect([...linearSchedule(5)]).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect([...linearSchedule(2)]).toEqual([0, 1]);
    expect([...threePieceSchedule(2)]).toEqual([0, 1]);
    const pieces = threePieceSchedule(14_501);
    for (const [k, lambda] of [
      [0, 0],
      [250, 0.25],
      [500, 0.5],
      [4500, 0.9],
      [14_500, 1],
    ]) {
      expect(pieces[k]).toBeCloseTo(lambda, 12);
    }
    expect(pieces.every((lambda, k) => k === 0 || lambda > pieces[k - 1])).toBe(true);
  });
});

const estimate = (logZ: number, standardError: number, effectiveSampleSize: number): AnnealingEstimate => ({
  logZ,
  standardError,
  low: logZ - 3 * standardError,
  high: logZ + 3 * standardError,
  effectiveSampleSize,
  logWeights: new Float64Array(100),
});

describe("verdict", () => {
  it("trusts bounds that agree, and says by how much", () => {
    const both = sandwich(estimate(5, 0.03, 80), estimate(5.1, 0.04, 60), { exact: true });
    expect(both).toMatchObject({ logZ: 5, trusted: true, effectiveSampleSize: 60 });
    expect(both.low).toBeCloseTo(4.91, 12);
    expect(both.high).toBeCloseTo(5.22, 12);
    expect(both.verdict).toBe("trusted: forward and reverse differ by 0.10 nats, and their errors explain 0.21 nats");
    expect(sandwich(estimate(5, 0.03, 80), estimate(5.1, 0.04, 60), { exact: false }).verdict).toContain(
      "approximate samples",
    );
  });

  it.each<[string, AnnealingEstimate, AnnealingEstimate, string]>([
    [
      "a gap",
      estimate(5, 0.01, 90),
      estimate(6, 0.01, 90),
      "reverse lies above forward by 1.0 nats where their errors",
    ],
    ["a wrong gap", estimate(6, 0.01, 90), estimate(5, 0.01, 90), "start the reverse chains from better samples"],
    [
      "few samples",
      estimate(5, 0.5, 3.21),
      estimate(5, 0.01, 90),
      "the forward chains make only 3.2 effective samples (at least 10 are needed): take more temperatures",
    ],
    [
      "few samples back",
      estimate(5, 0.01, 90),
      estimate(5, 0.5, 2),
      "the reverse chains make only 2.0 effective samples (at least",
    ],
  ])("does not trust %s", (_, forward, reverse, reason) => {
    const { trusted, verdict } = sandwich(forward, reverse, { exact: true });
    expect(trusted).toBe(false);
    expect(verdict).toMatch(/^not to be trusted: /);
    expect(verdict).toContain(reason);
  });

  it("a tolerance widens what is trusted", () => {
    const given = [estimate(5, 0.01, 90), estimate(6, 0.01, 90)] as const;
    expect(sandwich(...given, { exact: true, tolerance: 1 }).trusted).toBe(true);
  });
});

describe("log-likelihood", () => {
  const random = new Random(21);
  const rbm = machine(LAYERS.binary(14, random), LAYERS.binary(10, random), random, 0.5);
  const rows = exactSamples(rbm, { count: 30, random: random.fork(0) });
  const exact = exactLogLikelihood(rbm, rows);
  const mean = exact.reduce((sum, x) => sum + x / 30, 0);

  it("is exact where a layer is small", async () => {
    const found = await logLikelihood(rbm, rows, { random });
    expect(found).toMatchObject({ method: "exact sum", trusted: true, effectiveSampleSize: Number.POSITIVE_INFINITY });
    expect(found.value).toBeCloseTo(mean, 10);
    expect([found.low, found.high]).toEqual([found.value, found.value]);
    found.rows.forEach((log, r) => {
      expect(log).toBeCloseTo(exact[r], 10);
    });
    const squares = exact.reduce((sum, x) => sum + (x - mean) ** 2, 0);
    expect(found.rowStandardError).toBeCloseTo(Math.sqrt(squares / 29 / 30), 10);
    expect(found.verdict).toContain("exact");
    const one = await logLikelihood(rbm, rows.subarray(0, 14), { random });
    expect(one.rowStandardError).toBe(Number.POSITIVE_INFINITY);
  });

  it("patterns count as rows of bits", async () => {
    const patterns = PatternSet.from(Array.from({ length: 30 }, (_, r) => rowOf(rows, r, 14).map((x) => 2 * x - 1)));
    const options = { random, method: "annealing", chains: 5, temperatures: 5 } as const;
    expect(await logLikelihood(rbm, patterns, options)).toEqual(await logLikelihood(rbm, rows, options));
  });

  it("a monitor gives the bounds, and warns where they are not to be trusted", async () => {
    const context = { epoch: 2, updates: 9, seed: 3, signal: undefined };
    const { values, warnings } = await likelihoodMonitor(rows)(rbm, context);
    expect(values.logLikelihood).toBeCloseTo(mean, 10);
    expect(warnings).toEqual([]);
    const hasty = likelihoodMonitor(rows, { method: "annealing", chains: 2, temperatures: 2, every: 2 });
    const found = await hasty(rbm, context);
    expect(found.values.logLikelihoodLow).toBeLessThan(found.values.logLikelihoodHigh);
    expect(found.warnings).toHaveLength(1);
    expect(found.warnings?.[0]).toMatchObject({ code: "untrusted", epoch: 2 });
    expect(await hasty(rbm, context)).toEqual(found);
    expect(await hasty(rbm, { ...context, epoch: 3 })).toEqual({ values: {} });
  });

  it("annealing: the truth lies between bounds that are trusted, whoever draws the samples", async () => {
    const beta = 0.8;
    const truth = exactLogLikelihood(rbm, rows, { beta }).reduce((sum, x) => sum + x / 30, 0);
    const found = await logLikelihood(rbm, rows, {
      method: "annealing",
      beta,
      random: new Random(2),
      chains: 100,
      temperatures: 200,
    });
    expect(found.trusted).toBe(true);
    expect(found.low).toBeLessThan(truth);
    expect(found.high).toBeGreaterThan(truth);
    expect(found.low).toBeLessThanOrEqual(found.value);
    expect(found.high).toBeGreaterThanOrEqual(found.value);
    expect(found.high - found.low).toBeLessThan(0.5);
    expect(found.partition.forward?.logWeights).toHaveLength(100);
    const given = exactSamples(rbm, { count: 100, random: new Random(9), beta });
    const other = await logPartition(rbm, {
      method: "annealing",
      beta,
      random,
      samples: given,
      temperatures: 200,
      chains: 100,
    });
    expect(other.trusted).toBe(true);
    expect(other.verdict).toContain("approximate samples");
    expect(other.low).toBeLessThan(exactLogPartition(rbm, { beta }));
    expect(other.high).toBeGreaterThan(exactLogPartition(rbm, { beta }));
  });

  it("where no layer is small, Gibbs chains from the data begin the reverse", async () => {
    const large = new Rbm({ visible: gaussian(30, { precision: 2 }), hidden: gaussian(26, { mean: 0.1 }) });
    const source = new Random(3);
    large.weights.values.forEach((_, k) => {
      large.weights.values[k] = 0.05 * source.normal();
    });
    const data = new Float64Array(60).map(() => source.normal());
    const seen: number[] = [];
    const found = await logPartition(large, {
      random: source,
      method: "annealing",
      data,
      chains: 40,
      temperatures: 41,
      steps: 20,
      progress: (done, total) => {
        expect(total).toBe(100);
        seen.push(done);
      },
    });
    expect(seen).toEqual(Array.from({ length: 100 }, (_, k) => k + 1));
    expect(found.trusted).toBe(true);
    expect(found.verdict).toContain("approximate samples");
  });

  it("a narrow mode far from the rest: few temperatures are not to be trusted", async () => {
    // Early on the path the spin is down and the others are free, which weighs 2^48 e^72; in the end up wins, with
    // (1 + e^4)^48 e^-72, but from the free states it is out of reach.
    const weights = Array.from({ length: 48 }, () => [2]);
    const trap = new Rbm({ visible: binary(48, { bias: 2 }), hidden: spin(1, { bias: -72 }), weights });
    const options = { method: "annealing", random: new Random(4), chains: 100, temperatures: 20 } as const;
    const found = await logPartition(trap, options);
    expect(found.forward?.effectiveSampleSize).toBeGreaterThan(10);
    expect(found.trusted).toBe(false);
    expect(found.verdict).toContain("reverse lies above forward");
    expect(found.low).toBeLessThan(exactLogPartition(trap));
    expect(found.high).toBeGreaterThan(exactLogPartition(trap));
  });

  it.each<[string, object, string]>([
    ["an unknown method", { method: "guess" }, 'method is "guess"; expected "exact" or "annealing"'],
    ["a negative tolerance", { tolerance: -1 }, "tolerance is -1; expected a number of at least 0"],
    ["negative steps", { method: "annealing", steps: -1 }, "steps is -1; expected a whole number of at least 0"],
    ["no generator", { method: "annealing", random: undefined }, "random is missing"],
    ["samples of another width", { method: "annealing", samples: new Float64Array(3) }, "visible has 3 values; a row"],
  ])("refuses %s", async (_, options, message) => {
    await expect(logLikelihood(rbm, rows, { random, chains: 2, temperatures: 2, ...options })).rejects.toThrow(message);
  });

  it("refuses rows that are no states", async () => {
    await expect(logLikelihood(rbm, rows.slice(1), { random })).rejects.toThrow("data has 419 values");
    await expect(
      logLikelihood(
        rbm,
        rows.map((x) => x / 2),
        { random },
      ),
    ).rejects.toThrow("is 0.5; expected 0 or 1");
  });
});
