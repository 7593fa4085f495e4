import { PatternSet, Random, randomPatterns } from "engram";
import { experimentById, type GreyImages, type ImageSource, order, runTask } from "engram/experiments";
import { defaultWorkspace } from "engram/kernels";
import type { matrix } from "engram/math";
import { expect, test } from "vitest";
import {
  bitsOf,
  expertPatterns,
  expertStart,
  learnLayer,
  type Seen,
  signsAbove,
} from "../../dist/experiments/dbn/expert-layer.js";
import { difference } from "../../dist/experiments/dbn/hopfield-start-summary.js";
import { pairedDifference } from "../../dist/experiments/dbn/paired-difference.js";
import { ExpertFeatures } from "../../dist/experiments/smart-zilman-2021/expert-features.js";
import { fakeImages } from "./fake-images.js";
import { keptInMemory, stopAfter } from "./kept-in-memory.js";

const N = 60;

/** Noisy copies of some patterns of two classes, half of them to learn from. */
function copies(random: Random, { each = 12, kinds = 3 } = {}): Seen {
  const sources = randomPatterns(2 * kinds, N, random.fork(0));
  const rows = Array.from({ length: 2 * kinds * each }, (_, r) =>
    sources.spins(r % (2 * kinds)).map((s) => (random.fork(1).fork(r).bernoulli(0.05) ? -s : s)),
  );
  // One kind after the other; the classes take turns.
  const noisy = rows.map((row, r) =>
    row.map((s, i) =>
      random
        .fork(2 + r)
        .fork(i)
        .bernoulli(0.05)
        ? -s
        : s,
    ),
  );
  const labels = Uint8Array.from(noisy, (_, r) => r % 2);
  const half = noisy.length / 2;
  const part = (from: number, to: number) => ({
    patterns: PatternSet.from(noisy.slice(from, to)),
    labels: labels.slice(from, to),
  });
  return { train: part(0, half), test: part(half, noisy.length) };
}

function ofClass({ patterns, labels }: Seen["train"], c: number): PatternSet {
  return patterns.select(Array.from(labels.keys()).filter((r) => labels[r] === c));
}

/** W^T s */
function meansOf({ rows, columns, values }: ReturnType<typeof matrix>, s: ArrayLike<number>): number[] {
  return Array.from({ length: columns }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += values[i * columns + j] * s[i];
    return sum;
  });
}

const overlap = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};

test("before training, a feature from Hopfield patterns is made of the overlaps with them alone: o^T (X^T X)^-1 o", () => {
  const { train, test } = copies(new Random(1));
  const images = ofClass(train, 0);
  const [a, b] = [0, 1].map((mu) => expertPatterns(images, 2, 0).spins(mu));
  const c = overlap(a, b);
  const scorer = new ExpertFeatures(test.patterns, 2, defaultWorkspace);
  const features = scorer.of(expertStart("hopfield", images, { k: 2, c: 0, random: new Random(2) }));
  scorer.dispose();
  for (let r = 0; r < test.patterns.count; r++) {
    const s = test.patterns.spins(r);
    const [x, y] = [overlap(a, s), overlap(b, s)];
    const expected = (N * (x * x + y * y) - 2 * c * x * y) / (N * N - c * c);
    // Sums of 60 terms below 1 in single precision, squared: at most 60 in all.
    expect(Math.abs(features[r] - expected)).toBeLessThan(1e-3);
  }
});

test("a hidden unit from a Hopfield pattern is what this adds to the patterns before it", () => {
  const { train } = copies(new Random(3));
  const patterns = expertPatterns(ofClass(train, 1), 3, 0);
  const weights = expertStart("hopfield", ofClass(train, 1), { k: 3, c: 0, random: new Random(4) });
  for (let mu = 0; mu < 3; mu++) {
    const means = meansOf(weights, patterns.spins(mu));
    expect(means[mu]).toBeGreaterThan(0);
    for (const later of means.slice(mu + 1)) expect(later).toBeCloseTo(0, 12);
  }
});

test("the second layer sees the signs of the means less what they are over the training images", () => {
  const seen = copies(new Random(5));
  const weights = [0, 1].map((c) =>
    expertStart("normal", ofClass(seen.train, c), { k: 4, c: 0, random: new Random(6).fork(c) }),
  );
  const above = signsAbove(weights, seen, { workspace: defaultWorkspace });
  const table = (patterns: PatternSet) =>
    Array.from({ length: patterns.count }, (_, r) => weights.flatMap((w) => meansOf(w, patterns.spins(r))));
  const learned = table(seen.train.patterns);
  const thresholds = learned[0].map((_, j) => learned.reduce((sum, row) => sum + row[j], 0) / learned.length);
  for (const [part, own] of [
    [learned, above.train],
    [table(seen.test.patterns), above.test],
  ] as const) {
    part.forEach((row, r) => {
      const expected = row.map((x, j) => (x > thresholds[j] ? 1 : -1));
      expect([...own.patterns.spins(r)]).toEqual(expected);
    });
  }
  expect(above.train.patterns.units).toBe(8);
  expect(above.test.labels).toEqual(seen.test.labels);
});

test("a second layer from Hopfield patterns of the first one's signs keeps these patterns as they are", () => {
  const seen = copies(new Random(7), { each: 40 });
  const first = [0, 1].map((c) =>
    expertStart("hopfield", ofClass(seen.train, c), { k: 6, c: 0, random: new Random(8) }),
  );
  const above = signsAbove(first, seen, { workspace: defaultWorkspace });
  const units = above.train.patterns.units;
  expect(units).toBe(12);
  for (const c of [0, 1]) {
    const images = ofClass(above.train, c);
    const patterns = expertPatterns(images, 3, 0);
    const weights = expertStart("hopfield", images, { k: 3, c: 0, random: new Random(9) });
    for (let mu = 0; mu < patterns.count; mu++) {
      const xi = patterns.spins(mu);
      const h = meansOf(weights, xi);
      // W W^T xi = xi, so that xi has the largest feature that there is.
      for (let i = 0; i < units; i++) {
        expect(overlap(weights.values.subarray(i * 3, i * 3 + 3), h)).toBeCloseTo(xi[i], 10);
      }
      expect(overlap(h, h)).toBeCloseTo(units, 9);
    }
  }
});

const plan = { start: "hopfield", k: 3, epochs: 1, tested: [0], batch: 5, steps: 1, rate: 1e-4 } as const;
const surroundings = {
  random: new Random(11),
  workspace: defaultWorkspace,
  signal: new AbortController().signal,
  kept: { read: async () => undefined, write: async () => undefined },
} as unknown as Parameters<typeof learnLayer>[3];

test("noisy copies of two classes' patterns are told apart by the features of their experts, before any training", async () => {
  const seen = copies(new Random(10), { each: 30 });
  const { points } = await learnLayer("layer", seen, plan, surroundings, () => undefined);
  expect(points).toHaveLength(1);
  expect(points[0].training).toBe(0);
  expect([...bitsOf(points[0].wrong, seen.test.labels.length)].every((x) => x === 0)).toBe(true);
});

test("images of the other class count as wrong, one by one", async () => {
  const seen = copies(new Random(10), { each: 30 });
  const labels = seen.test.labels.map((label, r) => ([1, 6, 7].includes(r) ? 1 - label : label));
  const swapped = { train: seen.train, test: { ...seen.test, labels } };
  const { points } = await learnLayer("layer", swapped, plan, surroundings, () => undefined);
  const wrong = bitsOf(points[0].wrong, labels.length);
  expect([...wrong.keys()].filter((r) => wrong[r] === 1)).toEqual([1, 6, 7]);
});

test("a difference of error rates on the same images has the interval of paired counts, in points", () => {
  const a = Uint8Array.from({ length: 1000 }, (_, r) => (r < 130 ? 1 : 0));
  const b = Uint8Array.from({ length: 1000 }, (_, r) => (r >= 30 && r < 150 ? 1 : 0));
  const { value, low, high } = difference(a, b);
  // 30 only a gets wrong, 20 only b.
  const expected = pairedDifference({ onlyA: 30, onlyB: 20, trials: 1000 }, 0.99);
  expect(value).toBeCloseTo(1, 12);
  expect([low, high]).toEqual([100 * expected.low, 100 * expected.high]);
  // On equal images, too, more is left open than nothing.
  expect(difference(a, a).low).toBeLessThan(0);
  expect(difference(a, a).high).toBeGreaterThan(0);
});

const parameters = {
  images: 200,
  test: 60,
  k: [4, 3],
  starts: ["hopfield", "pca", "normal"],
  runs: { normal: 2 },
  epochs: 2,
  tested: [0, 1, 2],
  batch: 10,
  steps: 1,
  rate: 1e-3,
};
const work = { ...order(experimentById("dbn/hopfield-start"), { setting: "quick", seed: 4 }), parameters };

/** Every fourth pixel of every fourth row. */
const small: ImageSource = async (name, options): Promise<GreyImages> => {
  const { values, count, shape, labels } = await fakeImages(name, options);
  const [height, width] = [shape[0] / 4, shape[1] / 4];
  const few = Uint8Array.from({ length: count * height * width }, (_, k) => {
    const [r, y, x] = [Math.floor(k / (height * width)), Math.floor(k / width) % height, k % width];
    return values[(r * shape[0] + 4 * y) * shape[1] + 4 * x];
  });
  return { values: few, count, shape: [height, width], labels };
};

const whole = runTask(work, 0, { images: small });

test.each([
  ["the first layer", 5],
  ["the second layer on the untrained one", 45],
  ["the second layer on the trained one", 75],
])("stopped in %s, a net goes on from there and gives the same part", async (_, last) => {
  const kept = keptInMemory();
  await expect(runTask(work, 0, { images: small, kept, ...stopAfter(last) })).rejects.toThrow(/abort/i);
  for (const name of kept.files.keys()) expect(name).toMatch(/^[a-z0-9-]+$/);
  const later: number[] = [];
  const again = await runTask(work, 0, { images: small, kept, progress: (part) => later.push(part) });
  expect(again).toEqual(await whole);
  // 3 stages of 10 experts tell of 2 epochs and of their end; those that were done tell of their end alone.
  expect(later.length).toBeLessThan(90 - last / 3);
  expect(later.every((part) => part > 0 && part <= 1)).toBe(true);
});

test("classes need not be called 0 to 9", async () => {
  const renamed: ImageSource = async (name, options): Promise<GreyImages> => {
    const images = await small(name, options);
    return { ...images, labels: images.labels?.map((label) => 5 * label + 2) };
  };
  expect(await runTask(work, 0, { images: renamed })).toEqual(await whole);
});
