import { gaussian, PatternSet, Random, Rbm, spin, toRbm } from "engram";
import { defaultWorkspace } from "engram/kernels";
import { logSumExp, matrix } from "engram/math";
import { expect, test } from "vitest";
import { bestBeta } from "../../dist/experiments/smart-zilman-2021/best-beta.js";
import { figure2 } from "../../dist/experiments/smart-zilman-2021/figure-2.js";
import { boundsOf, estimateLogZ, sourceLogZ } from "../../dist/experiments/smart-zilman-2021/log-z.js";
import {
  atBeta,
  hiddenConstant,
  magnetisation,
  meanHalfSquare,
  patternsLogZ,
  weightsOf,
} from "../../dist/experiments/smart-zilman-2021/machine.js";
import { climb, distinct, mixtureLogZ, modeAt, modesAt } from "../../dist/experiments/smart-zilman-2021/modes.js";
import {
  classTrees,
  digits,
  prepared,
  spinRows,
  subPatterns,
} from "../../dist/experiments/smart-zilman-2021/patterns.js";
import { type Start, startWeights } from "../../dist/experiments/smart-zilman-2021/starts.js";
import { materialOf, trainAtBeta } from "../../dist/experiments/smart-zilman-2021/training.js";
import { fakeImages } from "./fake-images.js";

const PATTERNS = PatternSet.from([
  [1, 1, 1, 1, 1, 1, -1, -1, -1, -1],
  [1, -1, 1, -1, 1, -1, 1, -1, 1, 1],
]);
const { weights } = toRbm(PATTERNS).rbm;
const [N, P] = [weights.rows, weights.columns];

/** All states of N spins, row after row. */
const STATES = Float64Array.from({ length: N * 2 ** N }, (_, k) => ((Math.floor(k / N) >> (k % N)) & 1 ? 1 : -1));

/** log sum_s exp(beta |W^T s|^2 / 2), state by state. */
function exactLogZ(beta: number): number {
  const inputs = new Rbm({ visible: spin(N), hidden: gaussian(P), weights }).hiddenInputs(STATES);
  return logSumExp(
    Float64Array.from({ length: 2 ** N }, (_, r) => (beta * (inputs[P * r] ** 2 + inputs[P * r + 1] ** 2)) / 2),
  );
}

const search = { chains: 200, temperatures: 200, samples: 400, starts: 10, seeds: spinRows(PATTERNS) };

test("the machine at beta is one at temperature 1 with the same energies times beta", () => {
  const machine = atBeta(weights, 1.7);
  const constant = hiddenConstant(P, 1.7);
  expect(logSumExp(machine.freeEnergy(STATES).map((f) => -f)) - constant).toBeCloseTo(exactLogZ(1.7), 10);
  weightsOf(machine, 1.7).values.forEach((w, at) => {
    expect(w).toBeCloseTo(weights.values[at], 14);
  });
  // A stored pattern lies in the span: |W^T xi|^2 = N.
  expect(meanHalfSquare(weights, PATTERNS)).toBeCloseTo(N / 2, 12);
});

test("magnetisation solves m = tanh(beta m); the patterns alone are all of Z in the cold", () => {
  for (const beta of [1.05, 1.5, 2, 6]) {
    const m = magnetisation(beta);
    expect(m).toBeGreaterThan(0);
    expect(Math.tanh(beta * m)).toBeCloseTo(m, 12);
  }
  expect(magnetisation(0.9)).toBe(0);
  // One flipped spin costs at least beta 2 (1 - p / N), and there are N of them: 10 e^-16 and less at beta = 12.
  expect(patternsLogZ(N, P, 12)).toBeCloseTo(exactLogZ(12), 4);
  // Many units, few patterns, high temperature: one gaussian. The quartic term is left out, p (p + 2) / N / 4 at most.
  expect(patternsLogZ(1e6, 2, 0.5)).toBeCloseTo(1e6 * Math.LN2 - Math.log(0.5), 8);
});

test("the interval of the best beta holds it, on any grid and within any bounds", () => {
  const random = new Random(9);
  for (const truth of [0.7, 1.1, 1.6, 2.3]) {
    // ln p is highest where the mean over images of |W^T s|^2 / 2 is that over the machine's states.
    const energy = (exactLogZ(truth + 1e-4) - exactLogZ(truth - 1e-4)) / 2e-4;
    for (const betas of [
      [0.3, 0.6, 1.2, 2, 3],
      [0.5, 1.5, 2.5],
      [0.4, 0.6, 0.8, 1, 1.2, 1.4, 1.6, 1.8, 2, 2.2, 2.4, 2.6],
    ]) {
      for (const error of [0, 0.003, 0.1]) {
        const curve = betas.map((beta) => {
          const value = beta * energy - exactLogZ(beta) + error * (2 * random.uniform() - 1);
          return { beta, value, low: value - error, high: value + error };
        });
        const { value, low, high } = bestBeta(curve);
        expect(low).toBeLessThanOrEqual(truth + 1e-6);
        expect(high).toBeGreaterThanOrEqual(truth - 1e-6);
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value);
        // No wider than from the point before the highest one to the point after it, where points are exact.
        if (error === 0) {
          const top = curve.reduce((best, point, i) => (point.value > curve[best].value ? i : best), 0);
          expect(low).toBeGreaterThanOrEqual(betas[Math.max(0, top - 1)]);
          expect(high).toBeLessThanOrEqual(betas[Math.min(betas.length - 1, top + 1)]);
        }
      }
    }
  }
  // Straight lines on both sides of a point leave no other place for the top.
  const tent = [1, 2, 3, 2, 1].map((value, i) => ({ beta: i, value, low: value, high: value }));
  expect(bestBeta(tent)).toEqual({ value: 2, low: 2, high: 2 });
});

test("all estimators of log Z agree with the sum over all states", async () => {
  for (const beta of [0.7, 1.5]) {
    const exact = exactLogZ(beta);
    const found = await estimateLogZ(weights, { ...search, beta, random: new Random(3) });
    for (const { logZ, error, ess } of [found.forward, found.mixture, found.reverse]) {
      expect(Math.abs(logZ - exact)).toBeLessThan(5 * error + 1e-3);
      expect(ess).toBeGreaterThan(20);
    }
    const { low, high } = boundsOf(found);
    expect(low).toBeLessThan(exact);
    expect(high).toBeGreaterThan(exact);
    const source = await sourceLogZ(weights, { beta, chains: 200, steps: 200, random: new Random(4) });
    expect(Math.abs(source.logZ - exact)).toBeLessThan(5 * source.error + 1e-3);
    expect(source.accepted).toBeGreaterThan(0.9);
  }
});

test("a fall of ln p from one k to the next is explained only where the patterns alone would give a rise", () => {
  const betas = [1.5, 2, 2.5];
  const summaryOf = (energyOfTwo: number) => {
    const told = (logZ: number) => ({ logZ, error: 0.01, ess: 50 });
    const part = (k: number, beta: number, energy: number, excess: number) => {
      const patterns = patternsLogZ(784, 10 * k, beta);
      const logZ = patterns + excess;
      const mixture = { ...told(logZ - 5), modes: 1 };
      const runs = [{ ...told(logZ), accepted: 1 }];
      return { k, beta, order: 0, energy, runs, patterns, forward: told(logZ), mixture, reverse: told(logZ), logZ };
    };
    // What mixtures add to log Z of k = 2 alone.
    const parts = betas.flatMap((beta) => [part(1, beta, 300, 0), part(2, beta, energyOfTwo, 40)]);
    const parameters = { ...figure2.settings.full, ks: [1, 2], betas };
    return figure2.summarize(parameters, parts).rows.find(({ label }) => label.includes("beta = 2 (k = 1 to 2)"));
  };
  const alone = 2 * (310 - 300) - (patternsLogZ(784, 20, 2) - patternsLogZ(784, 10, 2));
  const explained = summaryOf(310);
  expect(explained).toMatchObject({ verdict: "source differs, explained" });
  expect(explained?.ours).toBeCloseTo(alone - 40, 6);
  expect(explained?.remark).toContain(`it would rise by ${alone.toFixed(1)} nats`);
  expect(summaryOf(299)).toMatchObject({ verdict: "differs" });
  expect(summaryOf(330)).toMatchObject({ verdict: "agrees" });
});

test("modes: every stored pattern is one, at m times its place, and so is its negative", () => {
  const beta = 3;
  const m = magnetisation(beta);
  const places = new Rbm({ visible: spin(N), hidden: gaussian(P), weights }).hiddenInputs(spinRows(PATTERNS));
  const tops = distinct(climb(weights, beta, places, defaultWorkspace), P);
  expect(tops).toHaveLength(PATTERNS.count);
  places.forEach((h, k) => {
    expect(tops[Math.floor(k / P)][k % P]).toBeCloseTo(m * h, 4);
  });
  const modes = modesAt(weights, beta, tops);
  expect(modes).toHaveLength(2 * PATTERNS.count);
  for (const { h, height, root, logDeterminant } of modes) {
    expect(modeAt(weights, beta, h)).toEqual({ h, height, root, logDeterminant });
    expect(height).toBeCloseTo(modes[0].height, 5);
    expect(2 * logDeterminant).toBeCloseTo(P * Math.log(beta * (1 - beta * (1 - m * m))), 4);
  }
  const found = mixtureLogZ(weights, beta, modes, { samples: 400, random: new Random(2) });
  expect(Math.abs(found.value - hiddenConstant(P, beta) - exactLogZ(beta))).toBeLessThan(5 * found.standardError);
  // Where nothing is a maximum there is no mode.
  expect(modeAt(weights, beta, new Float64Array(P))).toBeUndefined();
});

test("a climb does not depend on what climbs beside it, and does not go on where it came to rest", () => {
  const random = new Random(12);
  const starts = Float64Array.from({ length: 40 * P }, () => 4 * random.uniform() - 2);
  const together = climb(weights, 1.3, starts, defaultWorkspace);
  for (let r = 0; r < 40; r++) {
    const [from, to] = [r * P, (r + 1) * P];
    const alone = climb(weights, 1.3, starts.slice(from, to), defaultWorkspace);
    expect(together.slice(from, to)).toEqual(alone);
    climb(weights, 1.3, alone, defaultWorkspace).forEach((x, j) => {
      expect(x).toBeCloseTo(alone[j], 4);
    });
  }
  // At the origin a point is its own negative.
  expect(distinct(Float64Array.of(0, 0, 1, 2, -1, -2, 1, -2), 2)).toEqual([
    Float64Array.of(0, 0),
    Float64Array.of(1, 2),
    Float64Array.of(1, -2),
  ]);
  expect(modesAt(weights, 0.5, [new Float64Array(P)])).toHaveLength(1);
});

test("sub-patterns: digit by digit, the signs of the means of clusters", async () => {
  const set = await digits(fakeImages, { split: "train", count: 200 });
  const trees = classTrees(set);
  const patterns = subPatterns(trees, 2);
  expect(patterns.labels).toEqual(trees.classes.flatMap((digit) => [`${digit}`, `${digit}`]));
  const own = Array.from(set.labels.keys()).filter((r) => set.labels[r] === trees.classes[0]);
  const cut = trees.trees[0].cut(2);
  const members = own.filter((_, at) => cut[at] === 1).map((r) => set.patterns.spins(r));
  const expected = Array.from({ length: patterns.units }, (_, i) =>
    members.reduce((sum, spins) => sum + spins[i], 0) > 0 ? 1 : -1,
  );
  expect(Array.from(patterns.spins(1))).toEqual(expected);
});

test("training moves the weights by rate times the difference of the phases, goes on where it was killed, and keeps fields at 0", async () => {
  const ready = await prepared(fakeImages, 100);
  const first = startWeights("hopfield", materialOf(ready, 1, 100, new Random(1)));
  const plan = { images: 100, batch: 20, epochs: 3, steps: 2, rate: [[0, 1e-4]] as const };
  const stored = new Map<string, Uint8Array>();
  const context = (signal: AbortSignal, keeps: boolean) => ({
    signal,
    workspace: defaultWorkspace,
    random: new Random(7),
    kept: {
      read: async (name: string) => stored.get(name),
      write: async (name: string, bytes: Uint8Array) => {
        if (keeps) stored.set(name, bytes);
      },
    },
  });
  const seen: number[] = [];
  const whole = await trainAtBeta(first, ready, plan, context(new AbortController().signal, false), (epoch) => {
    seen.push(epoch);
    return Promise.resolve(epoch);
  });
  expect(seen).toEqual([1, 2, 3]);
  const stop = new AbortController();
  const broken = trainAtBeta(first, ready, plan, context(stop.signal, true), (epoch) => {
    if (epoch === 2) stop.abort();
    return Promise.resolve(epoch);
  });
  await expect(broken).rejects.toThrow(/abort/);
  const again = await trainAtBeta(first, ready, plan, context(new AbortController().signal, true), (epoch) =>
    Promise.resolve(epoch),
  );
  expect(again.points).toEqual(whole.points);
  expect(again.weights.values).toEqual(whole.weights.values);
  // At a rate of 0 the machine is what it was, up to single precision.
  const still = { ...plan, epochs: 1, rate: [[0, 0]] as const };
  stored.clear();
  const { weights: same } = await trainAtBeta(
    first,
    ready,
    still,
    context(new AbortController().signal, false),
    () => undefined,
  );
  same.values.forEach((w, at) => {
    expect(w).toBeCloseTo(first.values[at], 7);
  });
});

test("starts: orthonormal ones and Hebb's, from sub-patterns", async () => {
  const ready = await prepared(fakeImages, 100);
  const weightsFrom = (start: Start) => startWeights(start, materialOf(ready, 1, 100, new Random(1)));
  for (const start of ["hopfield", "hebbian"] as const) {
    const { rows, columns, values } = weightsFrom(start);
    const gram = matrix(columns, columns);
    for (let i = 0; i < rows; i++) {
      for (let a = 0; a < columns; a++) {
        for (let b = 0; b < columns; b++)
          gram.values[a * columns + b] += values[i * columns + a] * values[i * columns + b];
      }
    }
    for (let a = 0; a < columns; a++) {
      for (let b = 0; b < columns; b++) {
        if (start === "hebbian" && a !== b) continue;
        expect(gram.values[a * columns + b]).toBeCloseTo(a === b ? 1 : 0, 9);
      }
    }
  }
});
