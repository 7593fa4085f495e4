import { describe, expect, it } from "vitest";
import { toMatrix } from "../../src/interactions/index.js";
import { referenceKernels } from "../../src/kernels/index.js";
import { storkey } from "../../src/learning/index.js";
import { Random } from "../../src/math/random.js";
import { Hopfield } from "../../src/memories/index.js";
import type { PatternSet } from "../../src/patterns/index.js";
import { randomPatterns } from "../support/random-patterns.js";

/** The rule as the source writes it, with h_ij summed for every pair. */
function storkeyByDefinition(patterns: PatternSet, selfCoupling: boolean): Float64Array {
  const n = patterns.units;
  let W = new Float64Array(n * n);
  for (let mu = 0; mu < patterns.count; mu++) {
    const xi = patterns.spins(mu);
    const h = (i: number, j: number) =>
      xi.reduce((sum, s, k) => (k === i || k === j ? sum : sum + W[i * n + k] * s), 0);
    W = W.map((w, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      if (i === j && !selfCoupling) return 0;
      return w + (xi[i] * xi[j] - xi[i] * h(j, i) - h(i, j) * xi[j]) / n;
    });
  }
  return W;
}

describe("storkey", () => {
  it.each([true, false])("is the rule of the source, self-coupling %s", (selfCoupling) => {
    const patterns = randomPatterns(6, 17, new Random(1));
    const W = toMatrix(storkey({ selfCoupling }).learn(patterns, referenceKernels).interaction);
    const expected = storkeyByDefinition(patterns, selfCoupling);
    W.forEach((w, at) => {
      expect(Math.abs(w - expected[at])).toBeLessThan(1e-14);
    });
  });

  it("holds n / sqrt(2 ln n) patterns, of which Hebb's rule has lost nearly all", () => {
    const n = 100;
    const p = Math.floor((storkey().capacity?.load(n, 0.5) ?? 0) * n);
    expect(p).toBe(32);
    const held = { storkey: 0, hebb: 0 };
    for (let draw = 0; draw < 4; draw++) {
      const patterns = randomPatterns(p, n, new Random(draw));
      held.storkey += new Hopfield(n, { rule: storkey() }).store(patterns).inspect().fixedPoints / (4 * p);
      held.hebb += new Hopfield(n).store(patterns).inspect().fixedPoints / (4 * p);
    }
    expect(held.storkey).toBeGreaterThan(0.9);
    expect(held.hebb).toBeLessThan(0.1);
  });
});
