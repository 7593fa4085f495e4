import { binary, contrastiveDivergence, persistent, Random, Rbm } from "engram";
import { defaultWorkspace } from "engram/kernels";
import { exactGradient } from "engram/models";
import { describe, expect, test } from "vitest";
import { barsAndStripes, bestLogLikelihood } from "../../dist/experiments/rbm/bars-and-stripes.js";
import { first, sampled, spread, thresholded } from "../../dist/experiments/rbm/digits.js";
import { ExpectedPersistent, expectedContrastiveDivergence } from "../../dist/experiments/rbm/expected-gradients.js";
import { Followers, type GradientError } from "../../dist/experiments/rbm/gradient-errors.js";
import {
  allPictures,
  drawPictures,
  modeOf,
  modes,
  PIXELS,
  pictureOf,
  probabilityOfAll,
} from "../../dist/experiments/tempering/modes-data.js";

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, x) => total + x, 0);

test("bars and stripes: all pictures of rows or of columns, and the most that log p can be", () => {
  const rows = barsAndStripes(3);
  const pictures = Array.from({ length: 16 }, (_, r) => rows.slice(9 * r, 9 * r + 9).join(""));
  const counts = new Map<string, number>();
  for (const picture of pictures) counts.set(picture, (counts.get(picture) ?? 0) + 1);
  expect([...counts.values()].sort((a, b) => a - b)).toEqual([...Array(12).fill(1), 2, 2]);
  expect([counts.get("000000000"), counts.get("111111111")]).toEqual([2, 2]);
  for (const picture of ["111000000", "010010010"]) expect(counts.get(picture)).toBe(1);
  const best = sum(pictures.map((picture) => Math.log(counts.get(picture)! / 16))) / 16;
  expect(bestLogLikelihood(3)).toBeCloseTo(best, 12);
});

describe("errors of gradients", () => {
  const random = new Random(5);
  const draw = (count: number) => Float64Array.from({ length: count }, () => random.normal());
  const rbm = new Rbm({
    visible: binary(4, { bias: draw(4) }),
    hidden: binary(3, { bias: draw(3) }),
    weights: [draw(3), draw(3), draw(3), draw(3)],
  });
  const rows = barsAndStripes(2);
  const chains = 2 ** 15;

  const measure = (method = contrastiveDivergence(), count = chains, seed = 6) => {
    const setting = { chains: count, random: new Random(seed), workspace: defaultWorkspace };
    const followers = new Followers(rbm, rows, [method], setting);
    const [error] = followers.measure(followers.advance());
    followers.dispose();
    return error;
  };

  /** The expected <v h^T> after a step of Gibbs sampling from the data, summed over all states. */
  const afterOneStep = () => {
    const state = (index: number, width: number) => Float64Array.from({ length: width }, (_, i) => (index >>> i) & 1);
    const probability = (means: Float64Array, x: Float64Array) =>
      means.reduce((p, mean, i) => p * (x[i] === 1 ? mean : 1 - mean), 1);
    const expected = new Float64Array(12);
    for (let r = 0; r < 8; r++) {
      const up = rbm.hidden.mean(rbm.hiddenInputs(rows.subarray(4 * r, 4 * r + 4)), 1, new Float64Array(3));
      for (let h = 0; h < 8; h++) {
        const hidden = state(h, 3);
        const down = rbm.visible.mean(rbm.visibleInputs(hidden), 1, new Float64Array(4));
        for (let v = 0; v < 16; v++) {
          const visible = state(v, 4);
          const weight = (probability(up, hidden) * probability(down, visible)) / 8;
          const means = rbm.hidden.mean(rbm.hiddenInputs(visible), 1, new Float64Array(3));
          for (let k = 0; k < 12; k++) expected[k] += weight * visible[Math.floor(k / 3)] * means[k % 3];
        }
      }
    }
    return expected;
  };

  /** What chains found of an expectation: five standard errors. */
  const expectFound = (found: GradientError, expected: GradientError, count: number) => {
    // The variance of |b + e|^2 for a noise e of N in all is at most 4 |b|^2 N + 2 N^2.
    const noise = expected.variance / count;
    const sigma = Math.sqrt(4 * expected.bias * noise + 2 * noise ** 2);
    expect(Math.abs(found.bias - expected.bias)).toBeLessThan(5 * sigma);
    // No v h^T of 4 x 3 units is further than 2 sqrt(12) from their mean.
    expect(Math.abs(found.variance - expected.variance)).toBeLessThan(5 * Math.sqrt((48 * expected.variance) / count));
    expect(found.exact).toBeCloseTo(expected.exact, 12);
    return expected.bias / sigma;
  };

  test("the expectation of CD-1 is the sum over all states", () => {
    const data = rbm.zeroGradient();
    rbm.addGradient(rows, 1 / 8, data);
    const exact = exactGradient(rbm, rows).weights;
    const estimate = afterOneStep().map((mean, k) => data.weights[k] - mean);
    const [error] = expectedContrastiveDivergence(rbm, rows, [1]);
    expect(error.bias).toBeCloseTo(sum(exact.map((slope, k) => (estimate[k] - slope) ** 2)), 14);
    expect(error.exact).toBeCloseTo(sum(exact.map((slope) => slope ** 2)), 14);
    expect(error.signs).toBe(exact.filter((slope, k) => slope * estimate[k] > 0).length / 12);
    expect(error.cosine).toBeCloseTo(
      sum(exact.map((slope, k) => slope * estimate[k])) / Math.hypot(...exact) / Math.hypot(...estimate),
      13,
    );
  });

  test("CD without a step says nothing, and with many steps the exact gradient", () => {
    const [none, one, ten, many] = expectedContrastiveDivergence(rbm, rows, [0, 1, 10, 300]);
    expect(none.bias).toBeCloseTo(none.exact, 14);
    expect(none.variance).toBeCloseTo(0, 14);
    expect(ten.bias).toBeLessThan(one.bias);
    expect(many.bias).toBeLessThan(1e-25);
    expect([many.cosine, many.signs]).toEqual([expect.closeTo(1, 12), 1]);
  });

  test.each([1, 4])("chains of CD-%i have its bias and its variance", (steps) => {
    const [expected] = expectedContrastiveDivergence(rbm, rows, [steps]);
    const sigmas = expectFound(measure(contrastiveDivergence({ steps })), expected, chains);
    if (steps === 1) expect(sigmas).toBeGreaterThan(20);
  });

  test("chains of PCD have its bias and its variance, beside a machine that changes", () => {
    const moving = new Rbm({ visible: rbm.visible.copy(), hidden: rbm.hidden.copy(), weights: rbm.weights });
    const expected = new ExpectedPersistent(moving);
    const setting = { chains, random: new Random(7), workspace: defaultWorkspace };
    const followers = new Followers(moving, rows, [persistent()], setting);
    for (let update = 1; update <= 4; update++) {
      const phases = followers.advance();
      expected.advance();
      const [found] = followers.measure(phases);
      expect(expectFound(found, expected.measure(rows), chains)).toBeGreaterThan(5);
      for (let w = 0; w < 12; w++) moving.weights.values[w] *= -1;
      for (let i = 0; i < 4; i++) moving.visible.parameters[i] -= 0.5;
    }
    followers.dispose();
    for (let update = 1; update <= 300; update++) expected.advance();
    expect(expected.measure(rows).bias).toBeLessThan(1e-20);
  });

  test("chains that have forgotten their start have none, and few of them have none on average", () => {
    for (const method of [contrastiveDivergence({ steps: 30 }), persistent({ steps: 30 })]) {
      const { variance, cosine, signs } = measure(method);
      expect(cosine).toBeGreaterThan(0.99);
      expect(signs).toBeGreaterThan(0.7);
      const [few, repeats] = [64, 100];
      const found = Array.from({ length: repeats }, (_, seed) => measure(method, few, seed).bias);
      // Without what chance adds being taken off, the mean would be the variance over the number of chains.
      const sigma = (Math.SQRT2 * variance) / few / Math.sqrt(repeats);
      expect(5 * sigma).toBeLessThan(variance / few);
      expect(Math.abs(sum(found) / repeats)).toBeLessThan(5 * sigma);
    }
  });
});

describe("four modes", () => {
  test("they are half the pixels apart, and each picture near one belongs to it", () => {
    const pictures = allPictures();
    for (const [m, mode] of modes.entries()) {
      for (const other of modes)
        expect(sum(pictures.subarray(PIXELS * (mode ^ other), PIXELS * ((mode ^ other) + 1)))).toBe(
          mode === other ? 0 : 8,
        );
      expect([modeOf(mode), modeOf(mode ^ 0b111), modeOf(mode ^ 0b1000000000000001)]).toEqual([m, m, m]);
    }
    expect(modeOf(0b1111)).toBeUndefined();
    expect(pictureOf(pictures.subarray(PIXELS * 54321, PIXELS * 54322))).toBe(54321);
  });

  test("pictures are drawn with the probabilities that are told", () => {
    const [flip, count] = [0.05, 4000];
    const truth = probabilityOfAll(flip);
    expect(sum(truth)).toBeCloseTo(1, 12);
    const rows = drawPictures(count, flip, new Random(7));
    const drawn = Array.from({ length: count }, (_, r) => pictureOf(rows.subarray(PIXELS * r, PIXELS * (r + 1))));
    for (const mode of modes) {
      const p = truth[mode];
      const found = drawn.filter((picture) => picture === mode).length / count;
      expect(Math.abs(found - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / count));
    }
  });
});

test("grey pixels as bits: above half, or drawn with their probabilities, each image from its own stream", () => {
  const values = Uint8Array.of(0, 127, 128, 255);
  const grey = (count: number) => ({
    values: Uint8Array.from({ length: 4 * count }, (_, k) => values[k % 4]),
    count,
    shape: [2, 2] as const,
  });
  const { words, stride } = thresholded(grey(2));
  expect([words[0], words[stride]]).toEqual([0b1100, 0b1100]);
  const count = 4000;
  const drawn = sampled(grey(count), new Random(8));
  const means = Array.from(values, (_, i) => sum(Array.from({ length: count }, (_, r) => drawn[4 * r + i])) / count);
  expect([means[0], means[3]]).toEqual([0, 1]);
  for (const i of [1, 2]) {
    const p = values[i] / 255;
    expect(Math.abs(means[i] - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / count));
  }
  expect(sampled(grey(3), new Random(8))).toEqual(drawn.slice(0, 12));
});

test("some images of a set: the first ones, or evenly spaced, with their labels", () => {
  const set = { values: Uint8Array.from({ length: 20 }, (_, k) => k), count: 10, shape: [1, 2] as const };
  const labelled = { ...set, labels: Uint8Array.from({ length: 10 }, (_, r) => r) };
  expect(first(labelled, 2)).toEqual({
    ...set,
    values: Uint8Array.of(0, 1, 2, 3),
    count: 2,
    labels: Uint8Array.of(0, 1),
  });
  expect(spread(labelled, 3).labels).toEqual(Uint8Array.of(0, 3, 6));
  expect(spread(set, 2).values).toEqual(Uint8Array.of(0, 1, 10, 11));
  for (const choose of [first, spread]) expect(choose(labelled, 99)).toEqual(labelled);
});
