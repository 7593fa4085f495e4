import { Hopfield, hebb, PatternSet, Random, randomPatterns, toMatrix } from "engram";
import { defaultKernels, defaultWorkspace } from "engram/kernels";
import { describe, expect, test } from "vitest";
import { CEILING, contestants } from "../../dist/experiments/memories/compared.js";
import { rounded } from "../../dist/experiments/memories/counted.js";
import { DAMAGES, measured } from "../../dist/experiments/memories/measured.js";
import { entriesOf, nearestTheory } from "../../dist/experiments/memories/table.js";

const KBIT = 1024;

function meansOf(budget: number) {
  const { signal } = new AbortController();
  return { budget, random: new Random(1), kernels: defaultKernels(), workspace: defaultWorkspace, signal };
}

const untrained = contestants.flatMap((one) => (one.train === undefined ? [one] : []));
const trainees = contestants.flatMap((one) => (one.train === undefined ? [] : [one]));
const BUDGETS = [4 * KBIT, 16 * KBIT, 64 * KBIT];

describe.each(untrained.map((one) => [one.name, one] as const))("%s", (_, contestant) => {
  test("keeps no more bits than it may", () => {
    for (const units of [64, 196]) {
      for (const budget of BUDGETS) {
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

describe.each(trainees.map((one) => [one.name, one] as const))("%s", (_, trainee) => {
  test("keeps no more bits than it may, and says how it was trained", async () => {
    const lessons = { units: 16, patterns: randomPatterns(40, 16, new Random(6)), hundreds: 1 };
    const budgets = [KBIT, 2 * KBIT];
    const trained = await trainee.train(lessons, budgets, meansOf(0));
    expect(trained.length).toBe(2);
    for (const [k, memory] of trained.entries()) {
      expect(memory.bits(16, 3, budgets[k])).toBeLessThanOrEqual(budgets[k]);
      expect(memory.weights).toBeGreaterThan(0);
      expect(memory.training).toMatch(/^[\d,]+ updates of \d+ (sets|sequences) of /);
      const stored = randomPatterns(2, 16, new Random(7));
      const recall = await memory.learn(stored, { ...meansOf(budgets[k]), random: new Random(1) });
      const answers = recall?.(stored, new Random(2));
      // What is stored first leaves nothing behind.
      await memory.learn(randomPatterns(2, 16, new Random(8)), meansOf(budgets[k]));
      const again = await memory.learn(stored, { ...meansOf(budgets[k]), random: new Random(1) });
      const repeated = again?.(stored, new Random(2));
      expect([0, 1].map((r) => repeated?.spins(r))).toEqual([0, 1].map((r) => answers?.spins(r)));
    }
  });
});

test("cues with a hidden half keep the first half, and an answer that is the pattern gains half of its bits", async () => {
  const oracle = {
    most: () => 4,
    bits: () => 4 * 64,
    learn: (stored: PatternSet) => (cues: PatternSet) => {
      const rows = Array.from({ length: cues.count }, (_, r) => {
        const head = (set: PatternSet, k: number) => set.spins(k).subarray(0, 32).join();
        return Array.from({ length: stored.count }, (__, mu) => mu).findIndex(
          (mu) => head(stored, mu) === head(cues, r),
        );
      });
      // Without a hidden half the first halves differ, too.
      return stored.select(rows.map((mu) => Math.max(0, mu)));
    },
  };
  const source = {
    units: 64,
    count: 100,
    draw: (patterns: number, random: Random) => randomPatterns(patterns, 64, random),
    others: () => undefined,
  };
  const found = await measured(oracle, source, { trials: 1, draws: 4, cues: 4, perOctave: 1 }, meansOf(4 * 64));
  const part = { ...found, data: "random 64" as const, kbit: (4 * 64) / KBIT, memory: "oracle", units: 64 };
  const entries = entriesOf(part);
  const hidden = entries[DAMAGES.findIndex(({ name }) => name === "half hidden")];
  expect(hidden.exact.value).toBe(1);
  expect(hidden.gain.value).toBeCloseTo((found.patterns * 64 * 0.5) / (4 * 64), 3);
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
  const ceiling = untrained.find(({ name }) => name === CEILING);
  const recall = await ceiling?.learn(stored, meansOf(64));
  const answers = recall?.(cues, new Random(2));
  expect([answers?.spins(0), answers?.spins(1)]).toEqual([stored.spins(0), stored.spins(1)]);
});
