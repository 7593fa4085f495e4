import { describe, expect, it } from "vitest";
import { toMatrix } from "../../src/interactions/index.js";
import { referenceKernels } from "../../src/kernels/index.js";
import { bounded, hebb, type LearningRule, marginalist } from "../../src/learning/index.js";
import { Random } from "../../src/math/random.js";
import { Hopfield } from "../../src/memories/index.js";
import { overlap } from "../../src/patterns/index.js";
import { randomPatterns } from "../support/random-patterns.js";
import { meanAndError } from "../support/statistics.js";

describe("the palimpsest rules", () => {
  it.each([true, false])(
    "bounded: Hebb's steps, pattern by pattern, cut at the bound; self-coupling %s",
    (selfCoupling) => {
      const [n, bound] = [10, 0.8];
      const patterns = randomPatterns(12, n, new Random(1));
      const most = bound / Math.sqrt(n);
      const W = toMatrix(bounded({ bound, selfCoupling }).learn(patterns, referenceKernels).interaction);
      let cut = 0;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          let w = 0;
          for (let mu = 0; mu < 12; mu++) {
            const xi = patterns.spins(mu);
            w += (xi[i] * xi[j]) / n;
            if (Math.abs(w) > most) cut++;
            w = Math.min(most, Math.max(-most, w));
          }
          expect(W[i * n + j]).toBeCloseTo(i === j && !selfCoupling ? 0 : w, 14);
        }
      }
      expect(cut).toBeGreaterThan(0);
    },
  );

  it.each([true, false])("marginalist: strengths that decay with age, self-coupling %s", (selfCoupling) => {
    const [n, p, strength] = [11, 9, 3];
    const patterns = randomPatterns(p, n, new Random(2));
    const W = toMatrix(marginalist({ strength, selfCoupling }).learn(patterns, referenceKernels).interaction);
    const rows = Array.from({ length: p }, (_, mu) => patterns.spins(mu));
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const w = rows.reduce((sum, xi, mu) => {
          const age = p - 1 - mu;
          return sum + (strength * Math.exp((-age * strength ** 2) / (2 * n)) * xi[i] * xi[j]) / n;
        }, 0);
        expect(W[i * n + j]).toBeCloseTo(i === j && !selfCoupling ? 0 : w, 13);
      }
    }
  });

  // Ages in units of n: well inside the published capacity, and well outside it.
  const young = 0.03;
  const old = 0.25;
  const overlapsAt = (rule: LearningRule, draws: number) => {
    const n = 200;
    const newest: number[] = [];
    const oldest: number[] = [];
    for (let draw = 0; draw < draws; draw++) {
      const patterns = randomPatterns(n / 2, n, new Random(draw));
      const memory = new Hopfield(n, { rule }).store(patterns);
      const recalled = (row: number) =>
        overlap(memory.recall(patterns.select([row]), { random: new Random(row) }).state, patterns.select([row]));
      for (let age = 0; age < young * n; age++) newest.push(recalled(n / 2 - 1 - age));
      for (let age = old * n; age < (old + young) * n; age++) oldest.push(recalled(n / 2 - 1 - age));
    }
    return { newest: meanAndError(newest), oldest: meanAndError(oldest) };
  };

  it.each([bounded(), marginalist()])("hold the newest patterns and forget the oldest at a load of 1/2", (rule) => {
    const { newest, oldest } = overlapsAt(rule, 3);
    const full = overlapsAt(hebb(), 3);
    expect(newest.mean).toBeGreaterThan(0.95);
    expect(newest.mean - oldest.mean).toBeGreaterThan(5 * Math.hypot(newest.error, oldest.error));
    expect(newest.mean - full.newest.mean).toBeGreaterThan(5 * Math.hypot(newest.error, full.newest.error));
    expect(Math.abs(full.newest.mean - full.oldest.mean)).toBeLessThan(
      5 * Math.hypot(full.newest.error, full.oldest.error),
    );
  });

  it("hold nothing where the bound is wide, or the strength below 2.465", () => {
    for (const rule of [bounded({ bound: 1.2 }), marginalist({ strength: 1.5 })]) {
      const { newest } = overlapsAt(rule, 2);
      expect(0.95 - newest.mean).toBeGreaterThan(5 * newest.error);
    }
  });
});
