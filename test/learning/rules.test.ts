import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { toMatrix } from "../../src/interactions/index.js";
import { referenceKernels } from "../../src/kernels/index.js";
import { allRules, hebb, type LearningRule, projection, ruleByName } from "../../src/learning/index.js";
import { Random } from "../../src/math/random.js";
import { PatternSet } from "../../src/patterns/index.js";
import { randomPatterns } from "../support/random-patterns.js";
import { refusal } from "../support/refusal.js";

const matrixOf = (rule: LearningRule, patterns: PatternSet) =>
  toMatrix(rule.learn(patterns, referenceKernels).interaction);

describe("hebb", () => {
  it.each([true, false])("is (1/n) X^T X, self-coupling %s", (selfCoupling) => {
    const patterns = randomPatterns(5, 37, new Random(1));
    const W = matrixOf(hebb({ selfCoupling }), patterns);
    const rows = Array.from({ length: 5 }, (_, r) => patterns.spins(r));
    for (let i = 0; i < 37; i++) {
      for (let j = 0; j < 37; j++) {
        const sum = rows.reduce((total, xi) => total + xi[i] * xi[j], 0);
        expect(W[i * 37 + j]).toBe(i === j && !selfCoupling ? 0 : sum / 37);
      }
    }
  });
});

describe("projection", () => {
  // A symmetric idempotent W with W xi = xi for p independent patterns and trace p is the orthogonal projector on
  // their span, and there is only one.
  it.each([
    [1, 10],
    [7, 40],
    [30, 64],
    [60, 64],
  ])("is the orthogonal projector on the span of %i patterns of %i units", (p, n) => {
    const patterns = randomPatterns(p, n, new Random(p));
    const W = matrixOf(projection({ selfCoupling: true }), patterns);
    let trace = 0;
    for (let i = 0; i < n; i++) {
      trace += W[i * n + i];
      for (let j = 0; j < n; j++) {
        expect(Math.abs(W[i * n + j] - W[j * n + i])).toBeLessThan(1e-12);
        let square = 0;
        for (let k = 0; k < n; k++) square += W[i * n + k] * W[k * n + j];
        expect(Math.abs(square - W[i * n + j])).toBeLessThan(1e-10);
      }
    }
    expect(Math.abs(trace - p)).toBeLessThan(1e-10);
    for (let r = 0; r < p; r++) {
      const xi = patterns.spins(r);
      for (let i = 0; i < n; i++) {
        const h = xi.reduce((sum, s, j) => sum + W[i * n + j] * s, 0);
        expect(Math.abs(h - xi[i])).toBeLessThan(1e-10);
      }
    }
  });

  it("stores two patterns of 10,000 units that differ in one unit", () => {
    const n = 10_000;
    const one = randomPatterns(1, n, new Random(9)).spins(0);
    const patterns = PatternSet.from([one, one.map((s, i) => (i === 1234 ? -s : s))]);
    const fields = new Float64Array(2 * n);
    projection({ selfCoupling: true }).learn(patterns, referenceKernels).interaction.fields(patterns.bits, fields);
    // X X^T has the eigenvalues 2 n - 2 and 2. Rounding changes its inverse by up to their ratio times 2^-52 of it, and with
    // it the coefficients (X X^T)^-1 X xi, sums of two products of magnitude n / 4. A field is a sum of two of them.
    const error = (n - 1) * 2 ** -52 * 2 * (n / 4);
    for (let r = 0; r < 2; r++) {
      const worst = patterns.spins(r).reduce((largest, s, i) => Math.max(largest, Math.abs(fields[r * n + i] - s)), 0);
      expect(worst).toBeLessThan(2 * error);
    }
  });

  it("without self-coupling is the same with a zero diagonal", () => {
    const patterns = randomPatterns(7, 40, new Random(7));
    const W = matrixOf(projection({ selfCoupling: true }), patterns);
    const bare = matrixOf(projection(), patterns);
    for (let i = 0; i < 40; i++) {
      for (let j = 0; j < 40; j++) {
        expect(Math.abs(bare[i * 40 + j] - (i === j ? 0 : W[i * 40 + j]))).toBeLessThan(1e-14);
      }
    }
  });

  it.each([true, false])("learned one by one is what it is learned at once, to the last bit (%s)", (selfCoupling) => {
    const patterns = randomPatterns(20, 50, new Random(3));
    const rule = projection({ selfCoupling });
    const rows = (count: number) => patterns.select(Uint32Array.from({ length: count }, (_, r) => r));
    let grown = rule.learn(rows(1), referenceKernels);
    for (let count = 2; count <= 20; count++) grown = rule.learn(rows(count), referenceKernels, grown);
    expect(toMatrix(grown.interaction)).toEqual(matrixOf(rule, patterns));
  });

  it("takes couplings that were learned from other patterns for what they are", () => {
    const rule = projection({ selfCoupling: true });
    const [a, b] = [randomPatterns(4, 30, new Random(1)), randomPatterns(6, 30, new Random(2))];
    expect(toMatrix(rule.learn(b, referenceKernels, rule.learn(a, referenceKernels)).interaction)).toEqual(
      matrixOf(rule, b),
    );
  });

  const labelled = (rows: number[][], labels?: string[]) => PatternSet.from(rows, { labels });
  it("names duplicates, negatives and the patterns of a linear combination", () => {
    const a = [1, 1, 1, 1, -1, 1];
    const other = [1, 1, 1, -1, 1, 1];
    const learn = (patterns: PatternSet) => () => projection().learn(patterns, referenceKernels);
    expect(learn(labelled([a, other, a], ["x", "y", "z"]))).toThrow(
      'pattern 2 ("z") is a duplicate of pattern 0 ("x")',
    );
    expect(learn(labelled([a, other, a.map((s) => -s)]))).toThrow("pattern 2 is the negative of pattern 0");
    const rows = [
      [1, 1, 1, 1],
      [1, 1, -1, -1],
      [1, -1, 1, -1],
      [1, -1, -1, 1],
    ];
    const half = [0, 1, 2, 3].map((i) => (rows[0][i] + rows[1][i] + rows[2][i] - rows[3][i]) / 2);
    expect(learn(labelled([...rows, half]))).toThrow(
      "pattern 4 is a linear combination of patterns 0, 1, 2, 3; projection needs linearly independent patterns",
    );
  });

  it("refuses more patterns than units", () => {
    expect(() => projection().learn(randomPatterns(9, 8, new Random(1)), referenceKernels)).toThrow(/pattern \d/);
    // Far more of them, at once and in one line.
    expect(() => projection().learn(randomPatterns(100_000, 8, new Random(1)), referenceKernels)).toThrow(/pattern \d/);
  });
});

describe("ruleByName", () => {
  it("knows every rule and says what there is where it does not", () => {
    expect(ruleByName("projection", { selfCoupling: false }).selfCoupling).toBe(false);
    expect(ruleByName("hebb").selfCoupling).toBe(false);
    expect(ruleByName("projection").selfCoupling).toBe(false);
    expect(() => ruleByName("heb")).toThrow(ArgumentError);
    expect(() => ruleByName("heb")).toThrow('rule is "heb"; did you mean hebb?');
    for (const { name } of allRules) expect(() => ruleByName("heb")).toThrow(name);
    expect(() => ruleByName("hebb", { kappa: 1 })).toThrow(refusal("kappa"));
    expect(() => ruleByName("hebb", { kappa: 1 })).toThrow("hebb has no option kappa");
    expect(() => ruleByName("hebb", { selfCoupling: "yes" })).toThrow(refusal("selfCoupling"));
    expect(() => ruleByName("hebb", { selfCoupling: "yes" })).toThrow('selfCoupling is "yes"; expected true or false');
    expect(() => ruleByName("constructor")).toThrow(/rule is "constructor"/);
  });
});
