import { Random } from "engram";
import { binomialAtMost, binomialProbability } from "engram/math";
import { describe, expect, test } from "vitest";
import { pairedDifference } from "../../dist/experiments/dbn/paired-difference.js";

/** All pairs of counts of so many trials. */
function pairsOf(trials: number): [onlyA: number, onlyB: number][] {
  return Array.from({ length: trials + 1 }, (_, onlyA) =>
    Array.from({ length: trials + 1 - onlyA }, (_, onlyB): [number, number] => [onlyA, onlyB]),
  ).flat();
}

describe.each([
  [0.9, 1],
  [0.9, 7],
  [0.9, 12],
  [0.99, 12],
])("the interval of %f confidence from %i trials", (confidence, trials) => {
  const intervals = pairsOf(trials).map(([onlyA, onlyB]) => ({
    onlyA,
    onlyB,
    ...pairedDifference({ onlyA, onlyB, trials }, confidence),
  }));

  test.each([
    [0, 0],
    [0.01, 0],
    [0.03, 0.01],
    [0.1, 0.1],
    [0.25, 0.05],
    [0.3, 0.3],
    [0.5, 0.5],
    [0.6, 0],
    [0.75, 0.2],
    [0.97, 0.02],
    [1, 0],
  ])(
    "covers the truth as often as it should, on each side, where only A is wrong with %f and only B with %f",
    (p, q) => {
      let [tooHigh, tooLow] = [0, 0];
      for (const { onlyA, onlyB, low, high } of intervals) {
        const rest =
          p === 1 ? Number(onlyB === 0) : binomialProbability(onlyB, trials - onlyA, Math.min(1, q / (1 - p)));
        const probability = binomialProbability(onlyA, trials, p) * rest;
        if (low > p - q) tooHigh += probability;
        if (high < p - q) tooLow += probability;
      }
      // Sums of at most 91 probabilities.
      expect(tooHigh).toBeLessThan((1 - confidence) / 2 + 1e-12);
      expect(tooLow).toBeLessThan((1 - confidence) / 2 + 1e-12);
    },
  );
});

test("it leaves out 0 exactly where McNemar's exact test rejects", () => {
  const trials = 10_000;
  for (const [onlyA, onlyB] of [
    [7, 0],
    [8, 0],
    [11, 1],
    [12, 1],
    [120, 80],
    [119, 81],
    [118, 82],
  ]) {
    const p = 2 * binomialAtMost(onlyB, onlyA + onlyB, 0.5);
    const { low, high } = pairedDifference({ onlyA, onlyB, trials }, 0.99);
    expect(low > 0, `${onlyA} to ${onlyB}: ${p}`).toBe(p <= 0.01);
    const turned = pairedDifference({ onlyA: onlyB, onlyB: onlyA, trials }, 0.99);
    expect([turned.low, turned.high]).toEqual([-high, -low]);
  }
});

test("where none differ, it holds what leaves none of n with the probability of a tail", () => {
  for (const trials of [1, 20, 10_000]) {
    const { value, low, high } = pairedDifference({ onlyA: 0, onlyB: 0, trials }, 0.99);
    const most = 1 - 0.005 ** (1 / trials);
    expect(value).toBe(0);
    expect(high).toBeCloseTo(most, 8);
    expect(low).toBeCloseTo(-most, 8);
  }
});

test("where one way alone is ever wrong, it is as wide as the interval of a proportion, and little wider than Wald's", () => {
  const { value, low, high } = pairedDifference({ onlyA: 300, onlyB: 0, trials: 10_000 }, 0.99);
  expect(value).toBe(0.03);
  const half = (2.5758 * Math.sqrt(300 - 9)) / 10_000;
  expect((high - low) / (2 * half)).toBeGreaterThan(1);
  expect((high - low) / (2 * half)).toBeLessThan(1.05);
});

test("its ends are quantiles of T (2 B - 1), as draws have them", () => {
  const [onlyA, onlyB, trials, draws] = [5, 3, 20, 100_000];
  const random = new Random(1);
  const { low } = pairedDifference({ onlyA, onlyB, trials }, 0.8);
  /** The one of a rank by size of n uniform numbers. */
  const beta = (rank: number, n: number) => Float64Array.from({ length: n }, () => random.uniform()).sort()[rank - 1];
  let below = 0;
  for (let k = 0; k < draws; k++) if (beta(9, trials) * (2 * beta(onlyA, 8) - 1) < low) below++;
  // Five standard errors.
  expect(Math.abs(below / draws - 0.1)).toBeLessThan(5 * Math.sqrt((0.1 * 0.9) / draws));
});
