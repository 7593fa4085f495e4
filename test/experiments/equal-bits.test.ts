import { Hopfield, hebb, PatternSet, Random, randomPatterns, toMatrix } from "engram";
import { defaultKernels, defaultWorkspace } from "engram/kernels";
import { describe, expect, test } from "vitest";
import { CEILING, contestants, rounded } from "../../dist/experiments/memories/compared.js";
import { nearestTheory } from "../../dist/experiments/memories/equal-bits.js";

const KBIT = 1024;

function meansOf(budget: number) {
  const { signal } = new AbortController();
  return { budget, random: new Random(1), kernels: defaultKernels(), workspace: defaultWorkspace, signal };
}

describe.each(contestants.map((one) => [one.name, one] as const))("%s", (_, contestant) => {
  test("keeps no more bits than it may", () => {
    for (const units of [64, 196]) {
      for (const budget of [4 * KBIT, 16 * KBIT, 64 * KBIT]) {
        const most = contestant.most(units, budget);
        if (most > 0) expect(contestant.bits(units, most, budget)).toBeLessThanOrEqual(budget);
      }
    }
  });

  test("gives back the one pattern that it stores", async () => {
    const stored = randomPatterns(1, 64, new Random(3));
    const recall = await contestant.learn(stored, meansOf(64 * KBIT));
    const answers = recall?.(stored, new Random(2));
    expect(answers?.spins(0)).toEqual(stored.spins(0));
  });
});

test("the couplings of p patterns by Hebb's rule take p + 1 values", () => {
  const memory = new Hopfield(64, { rule: hebb() }).store(randomPatterns(3, 64, new Random(4)));
  const couplings = Array.from(toMatrix(memory.interaction), (w) => Math.round(64 * w));
  const found = new Set(couplings.filter((_, k) => k % 65 !== 0));
  expect([...found].sort((a, b) => a - b)).toEqual([-3, -1, 1, 3]);
  memory.dispose();
});

test("rounded numbers take as many values as their bits allow", () => {
  const random = new Random(5);
  const values = Float64Array.from({ length: 2000 }, () => random.normal());
  let before = Number.POSITIVE_INFINITY;
  for (const bits of [1, 2, 3, 6]) {
    const out = rounded(values, bits);
    expect(new Set(out).size).toBeLessThanOrEqual(2 ** bits);
    const error = out.reduce((sum, x, i) => sum + (x - values[i]) ** 2, 0);
    expect(error).toBeLessThan(before);
    before = error;
  }
  expect(rounded(values, 32)).toEqual(Float64Array.from(values, Math.fround));
});

test("the chance that the nearest of some random patterns is the right one", () => {
  // All sets of two patterns of three units, all flips.
  const [units, noise] = [3, 0.2];
  const distance = (a: number, b: number) => [1, 2, 4].filter((bit) => ((a ^ b) & bit) !== 0).length;
  let sum = 0;
  for (let other = 0; other < 8; other++) {
    for (let cue = 0; cue < 8; cue++) {
      const flips = distance(0, cue);
      const lead = distance(other, cue) - flips;
      const credit = lead > 0 ? 1 : lead === 0 ? 1 / 2 : 0;
      sum += (noise ** flips * (1 - noise) ** (units - flips) * credit) / 8;
    }
  }
  expect(nearestTheory(units, 2, noise)).toBeCloseTo(sum, 12);
});

test("the ceiling finds the nearest pattern", async () => {
  const stored = PatternSet.from([
    [1, 1, 1, 1],
    [-1, -1, -1, -1],
  ]);
  const cues = PatternSet.from([
    [1, -1, 1, 1],
    [-1, -1, 1, -1],
  ]);
  const ceiling = contestants.find(({ name }) => name === CEILING);
  const recall = await ceiling?.learn(stored, meansOf(64));
  const answers = recall?.(cues, new Random(2));
  expect([answers?.spins(0), answers?.spins(1)]).toEqual([stored.spins(0), stored.spins(1)]);
});
