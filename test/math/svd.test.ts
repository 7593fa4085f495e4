import { describe, expect, it } from "vitest";
import { asMatrix, identityMatrix, type Matrix, matrix, product, transpose } from "../../src/math/matrix.js";
import { Random } from "../../src/math/random.js";
import { moorePenrose, singularValues } from "../../src/math/svd.js";
import { largestDifference, randomMatrix } from "../support/matrices.js";

const random = new Random(17);

/** Matrices of every shape and rank, with entries of order one. */
const matrices: [string, Matrix, number][] = [
  ["wide", randomMatrix(4, 9, random), 4],
  ["tall", randomMatrix(9, 4, random), 4],
  ["square", randomMatrix(6, 6, random), 6],
  ["one row", randomMatrix(1, 5, random), 1],
  ["one column", randomMatrix(5, 1, random), 1],
  ["of rank 2", product(randomMatrix(7, 2, random), randomMatrix(2, 5, random)), 2],
  ["of rank 3, wide", product(randomMatrix(6, 3, random), randomMatrix(3, 40, random)), 3],
  ["of equal singular values", identityMatrix(5), 5],
  ["of zeros", matrix(3, 4), 0],
  [
    "with a row twice",
    asMatrix("x", [
      [1, -1, 1],
      [1, -1, 1],
      [1, 1, 1],
    ]),
    2,
  ],
];

describe("singular values", () => {
  it.each(matrices)("%s: A = U diag(sigma) V^T with orthonormal vectors", (_, a, rank) => {
    const { left, values, right } = singularValues(a);
    const k = values.length;
    expect(k).toBe(Math.min(a.rows, a.columns));
    const scaled = matrix(
      k,
      a.columns,
      right.values.map((v, at) => v * values[Math.floor(at / a.columns)]),
    );
    expect(largestDifference(product(left, scaled), a)).toBeLessThan(1e-13);
    values.forEach((sigma, i) => {
      if (i > 0) expect(sigma).toBeLessThanOrEqual(values[i - 1]);
      if (i >= rank) expect(sigma).toBeLessThan(1e-13);
      else expect(sigma).toBeGreaterThan(1e-3);
    });
    const leftProducts = product(transpose(left), left);
    const rightProducts = product(right, transpose(right));
    for (let i = 0; i < rank; i++) {
      for (let j = 0; j < rank; j++) {
        expect(Math.abs(leftProducts.values[i * k + j] - (i === j ? 1 : 0))).toBeLessThan(1e-13);
        expect(Math.abs(rightProducts.values[i * k + j] - (i === j ? 1 : 0))).toBeLessThan(1e-13);
      }
    }
  });

  it("are those that the characteristic polynomial gives", () => {
    // A A^T = [[25, 20], [20, 25]] has the eigenvalues 45 and 5.
    const { values } = singularValues(
      asMatrix("a", [
        [3, 4],
        [0, 5],
      ]),
    );
    expect(values[0]).toBeCloseTo(Math.sqrt(45), 14);
    expect(values[1]).toBeCloseTo(Math.sqrt(5), 14);
  });

  it.each([1e-300, 1e300])("scale with the matrix, by %s too", (factor) => {
    const a = randomMatrix(3, 5, new Random(2));
    const scaled = singularValues(
      matrix(
        3,
        5,
        a.values.map((v) => v * factor),
      ),
    );
    singularValues(a).values.forEach((sigma, i) => {
      expect(scaled.values[i] / factor / sigma).toBeCloseTo(1, 12);
    });
  });
});

describe("the pseudoinverse", () => {
  it.each(matrices)("%s: satisfies the four conditions of Penrose, and has the rank", (_, x, rank) => {
    const { inverse, rank: found } = moorePenrose(x);
    expect(found).toBe(rank);
    const xi = product(x, inverse);
    const ix = product(inverse, x);
    expect(largestDifference(product(xi, x), x)).toBeLessThan(1e-12);
    expect(largestDifference(product(ix, inverse), inverse)).toBeLessThan(1e-12);
    expect(largestDifference(transpose(xi), xi)).toBeLessThan(1e-12);
    expect(largestDifference(transpose(ix), ix)).toBeLessThan(1e-12);
  });

  it("is the inverse of a regular matrix", () => {
    const x = asMatrix("x", [
      [2, 1],
      [1, 1],
    ]);
    expect([...moorePenrose(x).inverse.values].map(Math.round)).toEqual([1, -1, -1, 2]);
  });

  it("takes singular values below the tolerance for zero", () => {
    const x = asMatrix("x", [
      [1, 0],
      [0, 1e-6],
    ]);
    expect(moorePenrose(x).rank).toBe(2);
    expect(moorePenrose(x, 1e-5).rank).toBe(1);
  });
});

describe("asMatrix", () => {
  it.each<[unknown, string]>([
    [[], "x is empty; expected at least one row of numbers"],
    [[[]], "x[0] has no entries"],
    [[[1, 2], [3]], "x[1] has 1 entries but x[0] has 2"],
    [
      [
        [1, 2],
        [3, Number.NaN],
      ],
      "x[1][1] is NaN; expected a finite number",
    ],
    [
      [
        [1, 2],
        [Number.POSITIVE_INFINITY, 1],
      ],
      "x[1][0] is Infinity; expected a finite number",
    ],
    [matrix(1, 2, Float64Array.of(1, Number.NaN)), "x[0][1] is NaN; expected a finite number"],
  ])("refuses %j", (given, message) => {
    expect(() => asMatrix("x", given as number[][])).toThrow(message);
  });

  it("copies, and knows shapes that cannot be multiplied", () => {
    const rows = [[1, 2]];
    const copy = asMatrix("x", rows);
    rows[0][0] = 5;
    expect(copy.values[0]).toBe(1);
    expect(() => product(copy, copy)).toThrow("a 1 x 2 matrix cannot be multiplied by a 1 x 2 one");
    expect(() => matrix(2, 2, new Float64Array(3))).toThrow("values has 3 entries; 2 x 2 need 4");
  });
});
