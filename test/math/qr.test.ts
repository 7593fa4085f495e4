import { describe, expect, it } from "vitest";
import { asMatrix, identityMatrix, type Matrix, matrix, product, transpose } from "../../src/math/matrix.js";
import { qrDecomposition } from "../../src/math/qr.js";
import { Random } from "../../src/math/random.js";
import { largestDifference, randomMatrix } from "../support/matrices.js";

const random = new Random(31);

const matrices: [string, Matrix][] = [
  ["square", randomMatrix(5, 5, random)],
  ["tall", randomMatrix(40, 7, random)],
  ["one column", randomMatrix(6, 1, random)],
  [
    "upper triangular already",
    asMatrix("a", [
      [-2, 1],
      [0, -3],
    ]),
  ],
  [
    "nearly dependent",
    asMatrix("a", [
      [1, 1],
      [1, 1 + 1e-9],
      [1, 1],
    ]),
  ],
];

describe("the QR decomposition", () => {
  it.each(matrices)("%s: A = Q R, Q orthonormal, R upper triangular with a positive diagonal", (_, a) => {
    const n = a.columns;
    const { q, r } = qrDecomposition(a);
    expect(largestDifference(product(q, r), a)).toBeLessThan(1e-13);
    expect(largestDifference(product(transpose(q), q), identityMatrix(n))).toBeLessThan(1e-14);
    for (let i = 0; i < n; i++) {
      expect(r.values[i * n + i]).toBeGreaterThan(0);
      for (let j = 0; j < i; j++) expect(r.values[i * n + j]).toBe(0);
    }
  });

  it("of dependent columns has zeros on the diagonal of R, and still A = Q R", () => {
    const a = asMatrix("a", [
      [1, 0, 1],
      [0, 0, 1],
      [0, 0, 1],
    ]);
    const { q, r } = qrDecomposition(a);
    expect(r.values[4]).toBe(0);
    expect(largestDifference(product(q, r), a)).toBeLessThan(1e-15);
    expect(largestDifference(product(transpose(q), q), identityMatrix(3))).toBeLessThan(1e-15);
  });

  it("refuses a wide matrix", () => {
    expect(() => qrDecomposition(matrix(2, 3))).toThrow("the matrix is 2 x 3; a thin QR decomposition needs");
  });
});
