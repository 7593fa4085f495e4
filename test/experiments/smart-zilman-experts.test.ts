import { asynchronous, Hopfield, projection, Random, randomPatterns, toRbm } from "engram";
import { experimentById, type Kept, order, runTask } from "engram/experiments";
import { defaultWorkspace } from "engram/kernels";
import { expect, test } from "vitest";
import { attractors } from "../../dist/experiments/smart-zilman-2021/attraction.js";
import { ExpertFeatures } from "../../dist/experiments/smart-zilman-2021/expert-features.js";
import { anotherRun } from "../../dist/experiments/smart-zilman-2021/recovered.js";
import { startWeights } from "../../dist/experiments/smart-zilman-2021/starts.js";
import { fakeImages } from "./fake-images.js";
import { keptInMemory } from "./kept-in-memory.js";

const N = 60;

test("the feature of an expert is the squared length of W^T s", () => {
  const patterns = randomPatterns(5, N, new Random(1));
  const images = randomPatterns(1500, N, new Random(2));
  const weights = startWeights("normal", { images, patterns, random: new Random(3) });
  const features = new ExpertFeatures(images, 8, defaultWorkspace);
  const found = features.of(weights);
  features.dispose();
  for (const r of [0, 1, 1023, 1024, 1499]) {
    const s = images.spins(r);
    let square = 0;
    for (let j = 0; j < 5; j++) {
      let sum = 0;
      for (let i = 0; i < N; i++) sum += weights.values[i * 5 + j] * s[i];
      square += sum * sum;
    }
    // A sum of 60 terms in single precision, of size 1 and below, and its square.
    expect(Math.abs(found[r] - square)).toBeLessThan(1e-4);
  }
});

test("before training, a pattern has the largest feature that there is, N, in the net that stores it", () => {
  const patterns = randomPatterns(5, N, new Random(4));
  const features = new ExpertFeatures(patterns, 5, defaultWorkspace);
  const hopfield = startWeights("hopfield", { images: patterns, patterns, random: new Random(5) });
  for (const feature of features.of(hopfield)) expect(feature).toBeCloseTo(N, 3);
  // Hebb's rule adds the crosstalk.
  const hebbian = startWeights("hebbian", { images: patterns, patterns, random: new Random(5) });
  for (const feature of features.of(hebbian)) expect(feature).toBeGreaterThan(N - 1e-3);
  features.dispose();
});

test("starts: principal components are orthonormal, normal weights have the variance 0.01", () => {
  const images = randomPatterns(200, N, new Random(6));
  const patterns = randomPatterns(5, N, new Random(7));
  const { values } = startWeights("pca", { images, patterns, random: new Random(8) });
  for (let a = 0; a < 5; a++) {
    for (let b = 0; b < 5; b++) {
      let product = 0;
      for (let i = 0; i < N; i++) product += values[i * 5 + a] * values[i * 5 + b];
      expect(product).toBeCloseTo(a === b ? 1 : 0, 10);
    }
  }
  const { values: drawn } = startWeights("normal", { images, patterns: images, random: new Random(9) });
  const variance = drawn.reduce((sum, w) => sum + w * w, 0) / drawn.length;
  // The variance of 3,000 squares: five standard errors.
  expect(Math.abs(variance - 0.01)).toBeLessThan(5 * 0.01 * Math.sqrt(2 / drawn.length));
});

test("damaged patterns come to where the recall of the projection memory ends", () => {
  const patterns = randomPatterns(4, N, new Random(10));
  const { weights } = toRbm(patterns).rbm;
  const memory = new Hopfield(N, { rule: projection({ selfCoupling: false }) }).store(patterns);
  const cues = patterns.select([0, 1, 2, 3, 3, 2, 1, 0]);
  for (let r = 0; r < cues.count; r++) {
    for (let i = 0; i < 8; i++) cues.bits.words[r * cues.bits.stride + ((r + 3 * i) >>> 5)] ^= 1 << ((r + 3 * i) & 31);
  }
  const options = { overlap: 0.99, sweeps: 50, random: new Random(11) };
  const recalled = Array.from({ length: cues.count }, (_, r) => {
    const { state } = memory.recall(cues.spins(r), { dynamics: asynchronous(), random: new Random(12) });
    return [0, 1, 2, 3].find((mu) => patterns.spins(mu).every((s, i) => s === state[i])) ?? 4;
  });
  expect(recalled).toEqual([0, 1, 2, 3, 3, 2, 1, 0]);
  for (const together of [false, true]) {
    expect([...attractors(weights, patterns, cues, { ...options, together })]).toEqual(recalled);
    // Cold enough to be without noise.
    expect([...attractors(weights, patterns, cues, { ...options, together, beta: 1e4 })]).toEqual(recalled);
  }
});

test("noise that is too much keeps states from all patterns", () => {
  const patterns = randomPatterns(3, N, new Random(13));
  const { weights } = toRbm(patterns).rbm;
  const states = randomPatterns(20, N, new Random(14));
  const found = attractors(weights, patterns, states, { beta: 0, overlap: 0.9, sweeps: 5, random: new Random(15) });
  expect([...found]).toEqual(new Array(20).fill(3));
});

test("another run lies in Student's interval for one more value", () => {
  expect(anotherRun([7])).toEqual({ value: 7, low: 7, high: 7 });
  const { value, high } = anotherRun(Array.from({ length: 21 }, (_, k) => k));
  // t(0.995, 20) = 2.8453, a variance of 38.5, and 1 + 1/21.
  expect(high - value).toBeCloseTo(2.8453 * Math.sqrt(38.5 * (22 / 21)), 1);
});

const small = {
  "smart-zilman-2021/figure-5": {
    images: 200,
    test: 60,
    k: [3],
    trained: [3],
    starts: ["hopfield", "normal"],
    runs: 1,
    epochs: 3,
    tested: [1, 3],
    batch: 10,
    steps: 2,
    rate: 1e-4,
    projections: [],
  },
  "smart-zilman-2021/figure-d2": {
    images: 200,
    epochs: 6,
    batch: 50,
    steps: 2,
    rate: 1e-4,
    runs: 1,
    test: 10,
    trajectories: 1,
  },
};

test.each(Object.entries(small))("%s goes on from where it was stopped, to the same bits", async (id, parameters) => {
  const work = { ...order(experimentById(id), { setting: "quick", seed: 3 }), parameters };
  const task = id.endsWith("d2") ? 1 : 0;
  const whole = await runTask(work, task, { images: fakeImages });
  const memory = keptInMemory();
  for (const writes of [3, 2, Number.POSITIVE_INFINITY]) {
    const stop = new AbortController();
    let left = writes;
    const kept: Kept = {
      ...memory,
      async write(name, bytes) {
        await memory.write(name, bytes);
        if (--left === 0) stop.abort();
      },
    };
    const run = runTask(work, task, { images: fakeImages, kept, signal: stop.signal });
    if (writes === Number.POSITIVE_INFINITY) expect(await run).toEqual(whole);
    else await expect(run).rejects.toThrow(/abort/i);
    expect(memory.files.size).toBeGreaterThan(0);
  }
});
