import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asMatrix, identityMatrix, type Matrix, matrix, product, transpose } from "../../src/math/matrix.js";
import { Random } from "../../src/math/random.js";
import { symmetricEigen } from "../../src/math/symmetric-eigen.js";
import { largestDifference, randomMatrix } from "../support/matrices.js";

const random = new Random(29);

function gram(a: Matrix): Matrix {
  return product(a, transpose(a));
}

function diagonalMatrix(entries: readonly number[]): Matrix {
  const out = matrix(entries.length, entries.length);
  entries.forEach((x, i) => {
    out.values[i * entries.length + i] = x;
  });
  return out;
}

/** Products of 100 pixels over 20 pictures of a blob: of rank 20, with entries of all sizes and pixels that stay dark. */
function blobs(): Matrix {
  const centres = new Random(7);
  const pictures = matrix(100, 20);
  for (let r = 0; r < 20; r++) {
    const [x, y] = [5 + 2 * centres.normal(), 5 + 2 * centres.normal()];
    for (let k = 0; k < 100; k++) {
      const light = Math.exp(-(((k % 10) - x) ** 2 + (Math.floor(k / 10) - y) ** 2) / 2);
      pictures.values[k * 20 + r] = light < 0.01 ? 0 : light;
    }
  }
  return gram(pictures);
}

const sum = randomMatrix(12, 12, random);
const matrices: [string, Matrix][] = [
  ["1 x 1", asMatrix("a", [[-3]])],
  [
    "2 x 2",
    asMatrix("a", [
      [2, 1],
      [1, 2],
    ]),
  ],
  [
    "indefinite",
    matrix(
      12,
      12,
      transpose(sum).values.map((x, k) => x + sum.values[k]),
    ),
  ],
  ["positive definite", gram(randomMatrix(20, 30, random))],
  ["of rank 3", gram(randomMatrix(15, 3, random))],
  ["of equal eigenvalues", identityMatrix(6)],
  ["diagonal", diagonalMatrix([1, 5, -2, 5, 0])],
  ["of zeros", matrix(4, 4)],
  ["graded", diagonalMatrix([1e-12, 1e-6, 1, 1e6])],
  ["of few pictures", blobs()],
  ["large", gram(randomMatrix(120, 120, random))],
];

describe("the eigenvalues of symmetric matrices", () => {
  it.each(matrices)("%s: A V = V diag(lambda), V orthonormal, values descending", (_, a) => {
    const n = a.rows;
    const { values, vectors } = symmetricEigen(a);
    const size = Math.max(Math.abs(values[0]), Math.abs(values[n - 1]));
    const scaled = matrix(
      n,
      n,
      vectors.values.map((v, k) => v * values[k % n]),
    );
    // A backward stable method errs by a small multiple of n 2^-52 |A|.
    const tolerance = 10 * n * 2 ** -52;
    expect(largestDifference(product(a, vectors), scaled)).toBeLessThanOrEqual(tolerance * size);
    expect(largestDifference(product(transpose(vectors), vectors), identityMatrix(n))).toBeLessThan(tolerance);
    for (let k = 1; k < n; k++) expect(values[k]).toBeLessThanOrEqual(values[k - 1]);
    for (let k = 0; k < n; k++) {
      const column = Array.from({ length: n }, (_, i) => vectors.values[i * n + k]);
      expect(Math.max(...column)).toBe(Math.max(...column.map(Math.abs)));
    }
  });

  it("are those known in closed form: 2 - 2 cos(k pi / (n + 1)) of the second difference", () => {
    const n = 25;
    const a = matrix(n, n);
    for (let i = 0; i < n; i++) {
      a.values[i * n + i] = 2;
      if (i > 0) a.values[i * n + i - 1] = -1;
      if (i + 1 < n) a.values[i * n + i + 1] = -1;
    }
    symmetricEigen(a).values.forEach((value, k) => {
      expect(value).toBeCloseTo(2 - 2 * Math.cos(((n - k) * Math.PI) / (n + 1)), 13);
    });
  });

  it("keep trace and sum of squares, whatever the matrix", () => {
    const entry = fc.double({ min: -100, max: 100, noNaN: true });
    const square = fc
      .integer({ min: 1, max: 7 })
      .chain((n) =>
        fc.array(entry, { minLength: n * n, maxLength: n * n }).map((x) => matrix(n, n, Float64Array.from(x))),
      );
    fc.assert(
      fc.property(square, (x) => {
        const a = matrix(
          x.rows,
          x.rows,
          transpose(x).values.map((y, k) => y + x.values[k]),
        );
        const { values } = symmetricEigen(a);
        const trace = values.reduce((total, value, k) => total + value - a.values[k * x.rows + k], 0);
        const squares = a.values.reduce((total, y) => total + y * y, 0);
        expect(Math.abs(trace)).toBeLessThan(1e-10);
        expect(Math.abs(values.reduce((total, y) => total + y * y, -squares))).toBeLessThanOrEqual(1e-12 * squares);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it.each([1e-300, 1e300])("scale with the matrix, by %s too", (factor) => {
    const a = gram(randomMatrix(4, 6, new Random(3)));
    const scaled = symmetricEigen(
      matrix(
        4,
        4,
        a.values.map((x) => x * factor),
      ),
    );
    symmetricEigen(a).values.forEach((value, k) => {
      expect(scaled.values[k] / factor / value).toBeCloseTo(1, 12);
    });
  });

  it("refuse what is not square, finite and symmetric", () => {
    expect(() => symmetricEigen(matrix(2, 3))).toThrow("the matrix is 2 x 3; eigenvalues need a square one");
    expect(() => symmetricEigen(matrix(2, 2, Float64Array.of(1, 2, 3, 1)))).toThrow(
      "the matrix has 3 at [1][0] but 2 at [0][1]; expected a symmetric one",
    );
    expect(() => symmetricEigen(matrix(1, 1, Float64Array.of(Number.NaN)))).toThrow("the matrix has NaN at [0][0]");
  });
});
