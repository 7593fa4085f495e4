import { describe, expect, it } from "vitest";
import { asynchronous, synchronous } from "../../src/dynamics/index.js";
import { DataError } from "../../src/errors.js";
import { requireLinear, toMatrix } from "../../src/interactions/index.js";
import { referenceKernels } from "../../src/kernels/index.js";
import { diederichOpper, gardner, type LearningRule, perceptron } from "../../src/learning/index.js";
import { Random } from "../../src/math/random.js";
import { Hopfield } from "../../src/memories/index.js";
import { PatternSet } from "../../src/patterns/index.js";
import { randomPatterns } from "../support/random-patterns.js";

/** xi_i h_i of every unit of every pattern, and |W_i|, from the matrix. */
function stabilities(rule: LearningRule, patterns: PatternSet) {
  const { interaction } = rule.learn(patterns, referenceKernels);
  const { thresholds } = requireLinear(interaction, "the test");
  const n = patterns.units;
  const W = toMatrix(interaction);
  const lengths = Float64Array.from({ length: n }, (_, i) => Math.hypot(...W.subarray(i * n, (i + 1) * n)));
  const kappas: Float64Array[] = [];
  for (let mu = 0; mu < patterns.count; mu++) {
    const xi = patterns.spins(mu);
    kappas.push(
      Float64Array.from(xi, (s, i) => {
        const h = xi.reduce((sum, spin, j) => sum + W[i * n + j] * spin, 0);
        return s * (h - thresholds[i]);
      }),
    );
  }
  return { W, lengths, thresholds, kappas };
}

const isSymmetric = (W: Float64Array, n: number) => W.every((w, at) => w === W[(at % n) * n + Math.floor(at / n)]);

describe("perceptron", () => {
  it.each([0, 0.3])("is one perceptron with n(n+1)/2 weights, kappa = %s", (kappa) => {
    const [n, p] = [12, 6];
    const patterns = randomPatterns(p, n, new Random(1));
    const { W, thresholds } = stabilities(perceptron({ kappa }), patterns);
    // The weights: the couplings above the diagonal, row by row, and then minus the thresholds.
    const position = (i: number, j: number) => {
      const [low, high] = i < j ? [i, j] : [j, i];
      return low * n - (low * (low + 1)) / 2 + high - low - 1;
    };
    const v = new Float64Array((n * (n + 1)) / 2);
    const inputs: { z: Float64Array; target: number }[] = [];
    for (let mu = 0; mu < p; mu++) {
      const xi = patterns.spins(mu);
      for (let i = 0; i < n; i++) {
        const z = new Float64Array(v.length);
        for (let j = 0; j < n; j++) if (j !== i) z[position(i, j)] = xi[j];
        z[(n * (n - 1)) / 2 + i] = 1;
        inputs.push({ z, target: xi[i] });
      }
    }
    for (let missing = 1; missing > 0; ) {
      missing = 0;
      for (const { z, target } of inputs) {
        const margin = target * z.reduce((sum, x, k) => sum + x * v[k], 0);
        if (margin > 0 && margin >= kappa * n) continue;
        missing++;
        z.forEach((x, k) => {
          v[k] += target * x;
        });
      }
    }
    for (let i = 0; i < n; i++) {
      expect(thresholds[i]).toBe(-v[(n * (n - 1)) / 2 + i] / n || 0);
      for (let j = 0; j < n; j++) expect(W[i * n + j]).toBe(i === j ? 0 : v[position(i, j)] / n);
    }
  });

  it("learns XOR with a fourth unit, from its table: all its rows are fixed points", () => {
    const table = PatternSet.from([0, 1, 2, 3].map((k) => [k & 1, k >> 1, (k & 1) ^ (k >> 1), k === 3 ? 1 : 0]));
    const memory = new Hopfield(4, { rule: perceptron() }).store(table);
    expect(memory.inspect().fixedPoints).toBe(4);
    for (const dynamics of [asynchronous({ order: "fixed" }), synchronous()]) {
      memory.recallMany(table, { dynamics }).forEach((result, r) => {
        expect([...result.state]).toEqual([...table.spins(r)]);
      });
    }
  });
});

describe("the stability that was asked for is reached", () => {
  const patterns = randomPatterns(20, 40, new Random(3));
  it.each([0, 0.2, 1])("perceptron, diederich-opper: xi_i h_i >= %s", (kappa) => {
    for (const rule of [perceptron({ kappa }), diederichOpper({ kappa })]) {
      const { kappas, W, lengths } = stabilities(rule, patterns);
      const least = Math.min(...kappas.flatMap((row) => [...row]));
      expect(least).toBeGreaterThan(0);
      expect(least).toBeGreaterThan(kappa - 1e-12);
      expect(isSymmetric(W, 40)).toBe(rule.name === "perceptron");
      lengths.forEach((_, i) => {
        expect(W[i * 41]).toBe(0);
      });
    }
  });

  it.each([
    [0, false],
    [0.5, false],
    [0.6, false],
    [0, true],
    [0.4, true],
  ])("gardner: xi_i h_i / |W_i| >= %s, symmetric %s", (kappa, symmetric) => {
    const { kappas, lengths, W } = stabilities(gardner({ kappa, symmetric }), patterns);
    const least = Math.min(...kappas.flatMap((row) => [...row.map((h, i) => h / lengths[i])]));
    expect(least).toBeGreaterThan(0);
    expect(least).toBeGreaterThan(kappa - 1e-12);
    expect(isSymmetric(W, 40)).toBe(symmetric);
  });

  it("diederich-opper: every unit is a perceptron of its own", () => {
    const [n, p] = [12, 7];
    const few = randomPatterns(p, n, new Random(4));
    const { W } = stabilities(diederichOpper(), few);
    for (let i = 0; i < n; i++) {
      const w = new Float64Array(n);
      for (let missing = 1; missing > 0; ) {
        missing = 0;
        for (let mu = 0; mu < p; mu++) {
          const xi = few.spins(mu);
          if (xi[i] * xi.reduce((h, s, j) => h + w[j] * s, 0) >= n) continue;
          missing++;
          for (let j = 0; j < n; j++) if (j !== i) w[j] += xi[i] * xi[j];
        }
      }
      expect([...W.subarray(i * n, (i + 1) * n)]).toEqual([...w].map((x) => x / n));
    }
  });
});

describe("what cannot be stored is refused", () => {
  const rules = [perceptron({ limit: 50 }), diederichOpper({ limit: 50 }), gardner({ limit: 50 })];
  const both = rules.concat(gardner({ symmetric: true, limit: 50 }));
  const xor = PatternSet.from([0, 1, 2, 3].map((k) => [k & 1, k >> 1, (k & 1) ^ (k >> 1)]));
  // Two of its rows differ in one unit, which feels the same field in both.
  const or = PatternSet.from([0, 1, 2, 3].map((k) => [k & 1, k >> 1, k > 0 ? 1 : 0]));
  it.each(both.map((rule) => [rule.name, rule] as const))(
    "%s: XOR and OR on three units, more than a net can hold",
    (_, rule) => {
      for (const patterns of [xor, or, randomPatterns(60, 15, new Random(1))]) {
        expect(() => rule.learn(patterns, referenceKernels)).toThrow(DataError);
      }
      expect(() => rule.learn(xor, referenceKernels)).toThrow(
        /^[a-z-]+ still corrected \d+ of 12 units after 50 sweeps: the 4 patterns were not separated within that limit; store/,
      );
    },
  );

  it("and the memory stays as it was", () => {
    const memory = new Hopfield(3, { rule: perceptron({ limit: 20 }) }).store(xor.select([0, 1, 2]));
    const before = memory.inspect();
    expect(() => memory.store(xor.select([3]))).toThrow(/not separated/);
    expect(memory.inspect()).toEqual(before);
    expect(before).toMatchObject({ stored: 3, fixedPoints: 3 });
  });

  it("a kappa that no couplings have is refused, a little less is reached", () => {
    // For one pattern |h_i| <= |W_i| |xi without i| = |W_i| sqrt(n - 1), reached by Hebb's step.
    const one = randomPatterns(1, 10, new Random(1));
    expect(() => gardner({ kappa: 3.01, limit: 500 }).learn(one, referenceKernels)).toThrow(DataError);
    expect(() => gardner({ kappa: 2.99 }).learn(one, referenceKernels)).not.toThrow();
  });
});

describe("the capacity of gardner", () => {
  it.each([0, 0.5, 1, 2])("is 1 / integral of (t + kappa)^2 Dt over t > -kappa, kappa = %s", (kappa) => {
    // Simpson's rule from -kappa to 12.
    const steps = 20000;
    const width = (12 + kappa) / steps;
    let integral = 0;
    for (let k = 0; k <= steps; k++) {
      const t = -kappa + k * width;
      const weight = k === 0 || k === steps ? 1 : k % 2 === 1 ? 4 : 2;
      integral += (weight * width * (t + kappa) ** 2 * Math.exp((-t * t) / 2)) / (3 * Math.sqrt(2 * Math.PI));
    }
    expect(gardner({ kappa }).capacity?.load(100, 0.5)).toBeCloseTo(1 / integral, 10);
  });
});
