import { describe, expect, it } from "vitest";
import { correlation, gradientDescent, pseudoinverse } from "../../src/learning/association/index.js";
import { asMatrix, type Matrix, matrix, product, transpose } from "../../src/math/matrix.js";
import { Random } from "../../src/math/random.js";
import { moorePenrose, singularValues } from "../../src/math/svd.js";
import { warningMessage } from "../../src/warnings.js";
import { largestDifference, randomMatrix } from "../support/matrices.js";
import { refusal } from "../support/refusal.js";

const random = new Random(3);
const X = randomMatrix(4, 9, random);
const Y = randomMatrix(4, 5, random);
/** Three pairs, the third input the sum of the others, the third output not. */
const dependent = asMatrix("x", [
  [1, 0, 2],
  [0, 1, -1],
  [1, 1, 1],
]);
const contradicting = asMatrix("y", [
  [1, 0],
  [0, 1],
  [-1, 1],
]);

/** ||X W - Y||^2 by its definition. */
function residual(x: Matrix, w: Matrix, y: Matrix): number {
  const answers = product(x, w);
  return answers.values.reduce((sum, answer, k) => sum + (answer - y.values[k]) ** 2, 0);
}

describe("correlation", () => {
  it.each([1, 0.25])("is gamma X^T Y, gamma = %s", (learningConstant) => {
    const { weights, residual: found } = correlation({ learningConstant }).learn(X, Y);
    for (let i = 0; i < 9; i++) {
      for (let j = 0; j < 5; j++) {
        let sum = 0;
        for (let mu = 0; mu < 4; mu++) sum += X.values[mu * 9 + i] * Y.values[mu * 5 + j];
        expect(Math.abs(weights.values[i * 5 + j] - learningConstant * sum)).toBeLessThan(1e-14);
      }
    }
    expect(found).toBeCloseTo(residual(X, weights, Y), 10);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("refuses the learning constant %s", (learningConstant) => {
    expect(() => correlation({ learningConstant })).toThrow(refusal("learningConstant"));
    expect(() => correlation({ learningConstant })).toThrow(/learningConstant is .*; expected a number above 0/);
  });
});

describe("pseudoinverse", () => {
  it("gives every independent input its output", () => {
    const { weights, rank, residual: left, warning } = pseudoinverse().learn(X, Y);
    expect(largestDifference(product(X, weights), Y)).toBeLessThan(1e-13);
    expect([rank, warning]).toEqual([4, undefined]);
    expect(left).toBeLessThan(1e-25);
  });

  it("with Y = X is the orthogonal projection on the span of the inputs", () => {
    const { weights } = pseudoinverse().learn(X, X);
    expect(largestDifference(product(weights, weights), weights)).toBeLessThan(1e-13);
    expect(largestDifference(transpose(weights), weights)).toBeLessThan(1e-13);
    expect(largestDifference(product(X, weights), X)).toBeLessThan(1e-13);
    const trace = Array.from({ length: 9 }, (_, i) => weights.values[i * 10]).reduce((a, b) => a + b);
    expect(trace).toBeCloseTo(4, 12);
  });

  it("of contradicting pairs is the smallest of the minimisers, and says so", () => {
    const { weights, rank, residual: left, warning } = pseudoinverse().learn(dependent, contradicting);
    expect(rank).toBe(2);
    expect(left).toBeCloseTo(residual(dependent, weights, contradicting), 12);
    expect(warning).toEqual({ code: "contradiction", stored: 3, rank: 2, residual: left });
    expect(left).toBeCloseTo(4 / 3, 12);
    // Any other weights are worse, or as good and larger.
    for (let round = 0; round < 50; round++) {
      const other = randomMatrix(3, 2, random);
      const shifted = matrix(
        3,
        2,
        weights.values.map((w, k) => w + 0.1 * other.values[k]),
      );
      const gain = residual(dependent, shifted, contradicting) - left;
      const square = (w: Matrix) => w.values.reduce((sum, x) => sum + x * x, 0);
      expect(gain > 1e-12 || square(shifted) > square(weights)).toBe(true);
    }
  });

  it("of dependent pairs that agree needs no warning", () => {
    const weights = randomMatrix(3, 2, random);
    expect(pseudoinverse().learn(dependent, product(dependent, weights)).warning).toBeUndefined();
  });
});

describe("gradient descent", () => {
  it.each<[string, Matrix, Matrix]>([
    ["independent pairs", X, Y],
    ["more pairs than inputs have entries", randomMatrix(12, 5, random), randomMatrix(12, 3, random)],
    ["contradicting pairs", dependent, contradicting],
    ["inputs of zeros", matrix(2, 3), matrix(2, 2, Float64Array.of(1, 2, 3, 4))],
  ])("from W = 0 reaches the pseudoinverse solution: %s", (_, x, y) => {
    const { weights, converged, iterations, warning } = gradientDescent().learn(x, y);
    expect([converged, warning]).toEqual([true, undefined]);
    expect(iterations).toBeLessThan(10_000);
    const target = product(moorePenrose(x).inverse, y);
    // ||W - X^+ Y|| <= ||gradient|| / lambda_min, the smallest eigenvalue above zero.
    const sigmas = singularValues(x).values.filter((sigma) => sigma > 1e-9);
    const slope = Math.hypot(...product(transpose(x), y).values);
    expect(largestDifference(weights, target)).toBeLessThanOrEqual(1e-12 * (slope / (sigmas.at(-1) ?? 1) ** 2) + 1e-14);
  });

  it("goes downhill, and by 1 - gamma lambda a step along an eigenvector", () => {
    const residuals = [1, 2, 3, 4, 5].map(
      (maxIterations) => gradientDescent({ maxIterations, tolerance: 0 }).learn(X, Y).residual,
    );
    residuals.slice(1).forEach((now, k) => {
      expect(now).toBeLessThan(residuals[k]);
    });
    // X = [3]: lambda = 9. After t steps of gamma = 0.1 what is missing of w = y / 3 is (1 - 0.9)^t of it.
    const one = gradientDescent({ learningConstant: 0.1, maxIterations: 2, tolerance: 0 });
    expect(one.learn(matrix(1, 1, Float64Array.of(3)), matrix(1, 1, Float64Array.of(6))).weights.values[0]).toBeCloseTo(
      2 * (1 - 0.01),
      14,
    );
  });

  it("reports steps that were not enough", () => {
    const short = gradientDescent({ maxIterations: 3 }).learn(X, Y);
    expect(short).toMatchObject({ converged: false, iterations: 3 });
    expect(short.warning).toMatchObject({ code: "not-converged", iterations: 3, tolerance: 1e-12 });
    expect(short.warning && warningMessage(short.warning)).toMatch(
      /3 iterations .* the gradient to .*; raise maxIterations/,
    );
  });

  it("refuses steps past 2 / lambda_1, and converges just below", () => {
    const bound = 2 / singularValues(X).values[0] ** 2;
    expect(() => gradientDescent({ learningConstant: bound * 1.000001 }).learn(X, Y)).toThrow(
      /learningConstant is .*; expected less than 2 \/ lambda_1 = .* diverges/,
    );
    expect(gradientDescent({ learningConstant: bound * 0.99 }).learn(X, Y).converged).toBe(true);
  });
});

describe("every rule", () => {
  it.each([correlation(), pseudoinverse(), gradientDescent()])("$name refuses inputs without outputs", (rule) => {
    expect(() => rule.learn(X, matrix(3, 2))).toThrow("outputs has 3 vectors for 4 inputs; give one per input");
  });
});
