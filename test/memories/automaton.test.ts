import { describe, expect, it } from "vitest";
import { Random } from "../../src/index.js";
import { asMatrix, type Matrix, matrix, moorePenrose } from "../../src/math/index.js";
import { product } from "../../src/math/matrix.js";
import { EigenvectorAutomaton } from "../../src/memories/index.js";
import { randomMatrix } from "../support/matrices.js";

/** W whose left eigenvectors are the rows of `vectors`: P^-1 diag(lambda) P. */
function withEigenvalues(vectors: Matrix, eigenvalues: number[]): Matrix {
  const n = eigenvalues.length;
  const scaled = matrix(
    n,
    n,
    vectors.values.map((v, k) => v * eigenvalues[Math.floor(k / n)]),
  );
  return product(moorePenrose(vectors).inverse, scaled);
}

const rotation = (degrees: number) => {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return [
    [c, s],
    [-s, c],
  ];
};

describe("EigenvectorAutomaton", () => {
  it.each([
    ["a positive", [3, -2, 1.5, 0.5, 0]],
    ["a negative", [-3, 2.5, 1, 1, 0]],
    ["a tiny", [3e-200, 1e-200, -1e-200, 0, 0]],
    ["a huge", [3e200, 1e200, -1e200, 1, 0]],
  ])("finds %s dominant eigenvalue of a matrix that is not symmetric, and its left eigenvector", (_, eigenvalues) => {
    const random = new Random(6);
    const vectors = randomMatrix(5, 5, random);
    const W = withEigenvalues(vectors, eigenvalues);
    const run = new EigenvectorAutomaton(W).run(randomMatrix(1, 5, random).values);
    expect(run).toMatchObject({ converged: true, period: 1 });
    expect(run.residual).toBeLessThanOrEqual(1e-12);
    // |lambda - lambda_1| <= condition of the eigenvectors times the residual (Bauer and Fike 1960).
    expect((run.eigenvalue ?? 0) / eigenvalues[0]).toBeCloseTo(1, 9);
    expect(run.growth).toBe(Math.abs(run.eigenvalue ?? 0));
    const length = Math.hypot(...vectors.values.subarray(0, 5));
    const cosine = run.state.reduce((sum, x, i) => sum + (x * vectors.values[i]) / length, 0);
    expect(Math.abs(cosine)).toBeCloseTo(1, 12);
    expect(Math.max(...run.state)).toBe(Math.max(...run.state.map(Math.abs)));
  });

  it.each([
    [90, 4],
    [-90, 4],
    [120, 3],
    [60, 6],
    [3.6, 100],
  ])("reports the cycle of the rotation by %i degrees: length %i", (degrees, length) => {
    const run = new EigenvectorAutomaton(rotation(degrees)).run([1, 0.5]);
    expect(run).toMatchObject({ converged: true, period: length, steps: length + 1 });
    expect(run.eigenvalue).toBeUndefined();
    expect(run.growth).toBeCloseTo(1, 12);
  });

  it("takes the rotation by 180 degrees for what it is: every vector is an eigenvector with eigenvalue -1", () => {
    const run = new EigenvectorAutomaton(rotation(180)).run([1, 2]);
    expect(run).toMatchObject({ converged: true, period: 1, steps: 1 });
    expect(run.eigenvalue).toBeCloseTo(-1, 14);
  });

  it("reports neither for a rotation by no rational part of the circle, or a cycle longer than is looked for", () => {
    const golden = new EigenvectorAutomaton(rotation(360 * (Math.sqrt(5) - 2)));
    expect(golden.run([1, 0], { maxSteps: 3000 })).toMatchObject({ converged: false, period: 0, steps: 3000 });
    const short = { maxSteps: 3000, longestCycle: 99 };
    expect(new EigenvectorAutomaton(rotation(3.6)).run([1, 0], short).period).toBe(0);
  });

  it("finds a cycle behind a transient, with what it grows by", () => {
    // Twice a rotation by 90 degrees beside an eigenvalue of 1.9, which dies out.
    const W = [
      [0, 2, 0],
      [-2, 0, 0],
      [0, 0, 1.9],
    ];
    const run = new EigenvectorAutomaton(W).run([1, 1, 1]);
    expect(run).toMatchObject({ converged: true, period: 4 });
    expect(run.growth).toBeCloseTo(16, 9);
    expect(run.steps).toBeGreaterThan(100);
    const opposed = new EigenvectorAutomaton([
      [1, 0],
      [0, -1],
    ]).run([1, 1]);
    expect(opposed).toMatchObject({ converged: true, period: 2 });
  });

  it("is not taken in by a cycle that dies out", () => {
    // The eigenvalues 1 and -0.999: after 10,000 steps the direction still swings by 1e-4, less and less.
    const run = new EigenvectorAutomaton(withEigenvalues(randomMatrix(2, 2, new Random(1)), [1, -0.999])).run([1, 2]);
    expect(run).toMatchObject({ converged: false, period: 0, steps: 10_000 });
    const on = new EigenvectorAutomaton(withEigenvalues(randomMatrix(2, 2, new Random(1)), [1, -0.999]));
    expect(on.run([1, 2], { maxSteps: 100_000 }).eigenvalue).toBeCloseTo(1, 9);
  });

  it("goes to the largest eigenvalue of which the start has a part", () => {
    const W = [
      [3, 0, 0],
      [0, 2, 0],
      [0, 0, 1],
    ];
    expect(new EigenvectorAutomaton(W).run([0, 1, 1]).eigenvalue).toBeCloseTo(2, 12);
    expect(new EigenvectorAutomaton(W).run([1e-6, 1, 1]).eigenvalue).toBeCloseTo(3, 12);
  });

  it("ends at zero where the matrix is nilpotent", () => {
    const run = new EigenvectorAutomaton([
      [0, 1],
      [0, 0],
    ]).run([1, 1]);
    expect(run).toMatchObject({ converged: true, eigenvalue: 0, steps: 2, state: Float64Array.of(0, 1) });
  });

  it.each<[string, () => unknown, string]>([
    [
      "a matrix that is not square",
      () => new EigenvectorAutomaton([[1, 2]]),
      "weights is 1 x 2; expected a square matrix",
    ],
    ["NaN", () => new EigenvectorAutomaton([[Number.NaN]]), "weights[0][0] is NaN; expected a finite number"],
    [
      "a start of another size",
      () => new EigenvectorAutomaton([[1]]).run([1, 2]),
      "start has 2 entries but the automaton has 1",
    ],
    [
      "a start of zeros",
      () => new EigenvectorAutomaton([[1]]).run([0]),
      "start is zero; expected a vector with a direction",
    ],
    [
      "a start that is not finite",
      () => new EigenvectorAutomaton([[1]]).run([Number.POSITIVE_INFINITY]),
      "start[0][0] is Infinity",
    ],
    [
      "no steps",
      () => new EigenvectorAutomaton([[1]]).run([1], { maxSteps: 0 }),
      "maxSteps is 0; expected a whole number",
    ],
    [
      "a tolerance of 0",
      () => new EigenvectorAutomaton([[1]]).run([1], { tolerance: 0 }),
      "tolerance is 0; expected a number",
    ],
  ])("refuses %s", (_, act, message) => {
    expect(act).toThrow(message);
  });

  it("copies what it is given", () => {
    const W = asMatrix("w", [[2]]);
    const automaton = new EigenvectorAutomaton(W);
    W.values[0] = 5;
    expect(automaton.run([1]).eigenvalue).toBe(2);
  });
});
