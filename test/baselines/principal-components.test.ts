import { describe, expect, it } from "vitest";
import { LinearFeatures } from "../../src/baselines/linear-features.js";
import { principalComponents } from "../../src/baselines/principal-components.js";
import { randomProjection } from "../../src/baselines/random-projection.js";
import { covarianceOf } from "../../src/math/covariance.js";
import { matrix, product, transpose } from "../../src/math/matrix.js";
import { Random } from "../../src/math/random.js";
import { singularValues } from "../../src/math/svd.js";
import { largestDifference, randomMatrix } from "../support/matrices.js";

/** Rows with correlated columns, and a mean. */
function correlated(rows: number, columns: number, seed: number) {
  const random = new Random(seed);
  const data = product(randomMatrix(rows, columns, random), randomMatrix(columns, columns, random));
  for (let k = 0; k < data.values.length; k++) data.values[k] += k % columns;
  return data;
}

describe("the covariance", () => {
  it("is the one that its definition gives", () => {
    const data = correlated(23, 6, 1);
    const { mean, covariance } = covarianceOf(data);
    for (let i = 0; i < 6; i++) {
      for (let j = 0; j < 6; j++) {
        let sum = 0;
        for (let r = 0; r < 23; r++) sum += (data.values[r * 6 + i] - mean[i]) * (data.values[r * 6 + j] - mean[j]);
        expect(covariance.values[i * 6 + j]).toBeCloseTo(sum / 22, 11);
      }
    }
  });

  it("keeps its digits far from the origin, and is zero for a constant column", () => {
    const data = matrix(4, 2, Float64Array.of(1e9, 0.1, 1e9 + 1, 0.1, 1e9 + 2, 0.1, 1e9 + 3, 0.1));
    expect([...covarianceOf(data).covariance.values]).toEqual([expect.closeTo(5 / 3, 12), 0, 0, 0]);
  });
});

describe("principal components", () => {
  it("are those of points on a tilted ellipse", () => {
    // Along (3, 4) / 5 at -2, -1, 1, 2 and along (-4, 3) / 5 at +-1: the variances are 10/5 and 2/5.
    const along = (a: number, b: number) => [7 + (3 * a - 4 * b) / 5, -1 + (4 * a + 3 * b) / 5];
    const rows = [along(-2, 0), along(-1, 0), along(1, 0), along(2, 0), along(0, 1), along(0, -1)];
    const found = principalComponents(rows);
    expect([...found.centre]).toEqual([expect.closeTo(7, 14), expect.closeTo(-1, 14)]);
    expect([...found.variances]).toEqual([expect.closeTo(2, 13), expect.closeTo(0.4, 13)]);
    expect([...found.explained]).toEqual([expect.closeTo(5 / 6, 13), expect.closeTo(1 / 6, 13)]);
    // The largest entry of each is positive.
    expect([...found.directions.values]).toEqual([0.6, 0.8, 0.8, -0.6].map((x) => expect.closeTo(x, 13)));
    expect([...found.transform([along(2, -1)]).values]).toEqual([expect.closeTo(2, 6), expect.closeTo(1, 6)]);
  });

  it("agree with the singular values of the centred data", () => {
    const data = correlated(40, 9, 2);
    const { centre, variances, directions } = principalComponents(data, 5);
    const centred = matrix(
      40,
      9,
      data.values.map((x, k) => x - centre[k % 9]),
    );
    const { values, right } = singularValues(centred);
    for (let k = 0; k < 5; k++) {
      expect(variances[k] / (values[k] ** 2 / 39)).toBeCloseTo(1, 11);
      let overlap = 0;
      for (let j = 0; j < 9; j++) overlap += right.values[k * 9 + j] * directions.values[k * 9 + j];
      expect(Math.abs(overlap)).toBeCloseTo(1, 11);
    }
  });

  it("give coordinates that are uncorrelated, with the variances, and points back", () => {
    const data = correlated(50, 7, 3);
    const all = principalComponents(data);
    const { covariance } = covarianceOf(all.transform(data));
    for (let i = 0; i < 7; i++) {
      for (let j = 0; j < 7; j++) {
        const expected = i === j ? all.variances[i] : 0;
        // Features are rounded to single precision.
        expect(Math.abs(covariance.values[i * 7 + j] - expected)).toBeLessThan(1e-6 * all.variances[0]);
      }
    }
    expect(all.explained.reduce((sum, part) => sum + part)).toBeCloseTo(1, 12);
    expect(largestDifference(all.reconstruct(all.transform(data)), data)).toBeLessThan(1e-5);
  });

  it("leave out of a reconstruction the variance of what is not kept", () => {
    const data = correlated(30, 8, 4);
    const all = principalComponents(data);
    const few = principalComponents(data, 3);
    const back = few.reconstruct(few.transform(data));
    const lost = back.values.reduce((sum, x, k) => sum + (x - data.values[k]) ** 2, 0) / 29;
    const left = all.variances.slice(3).reduce((sum, variance) => sum + variance, 0);
    expect(lost / left).toBeCloseTo(1, 5);
  });

  it("of fewer rows than columns have variances that are zero", () => {
    const { variances } = principalComponents(correlated(3, 6, 5));
    expect(variances[1]).toBeGreaterThan(0.01);
    for (const variance of variances.subarray(2)) expect(variance).toBeLessThan(1e-12 * variances[0]);
    expect([...principalComponents([[1], [1]]).explained]).toEqual([0]);
  });

  it.each<[() => unknown, string]>([
    [() => principalComponents([[1, 2]]), "rows of the data is 1; expected a whole number of at least 2"],
    [() => principalComponents([[1], [2]], 2), "count is 2; expected a whole number from 1 to 1"],
    [() => principalComponents([]), "data is empty; expected rows of numbers"],
    [() => principalComponents([[1, 2], [3]]), "data[1] has 1 entries but data[0] has 2"],
    [() => principalComponents([[1], [Number.NaN]]), "data[1][0] is NaN; expected a finite number"],
    [() => principalComponents([[1], [2]]).transform([[1, 2]]), "data has rows of 2 values; expected 1"],
    [
      () => principalComponents({ rows: 2, columns: 2, values: new Float32Array(3) }),
      "data has 3 values; 2 x 2 need 4",
    ],
  ])("refuse bad input %#", (call, message) => {
    expect(call).toThrow(message);
  });
});

describe("linear features", () => {
  it.each([
    [1, 1],
    [7, 5],
    [33, 6],
    [70, 8],
  ])("are D (x - c) of every row, %i rows, %i features", (rows, outputs) => {
    const random = new Random(rows);
    const data = randomMatrix(rows, 9, random);
    const directions = randomMatrix(outputs, 9, random);
    const centre = randomMatrix(1, 9, random);
    const centred = data.values.map((x, k) => x - centre.values[k % 9]);
    const expected = product(matrix(rows, 9, centred), transpose(directions)).values.map(Math.fround);
    const found = new LinearFeatures(directions, centre.values).transform(data);
    expect([found.rows, found.columns]).toEqual([rows, outputs]);
    // The order of the sums is the same.
    expect([...found.values]).toEqual([...expected]);
  });
});

describe("a random projection", () => {
  it("has orthonormal directions, but for their length", () => {
    const { directions } = randomProjection(20, 8, { random: new Random(1), kind: "orthonormal" });
    const gram = product(directions, transpose(directions));
    gram.values.forEach((g, k) => {
      expect(Math.abs(g - (k % 9 === 0 ? 20 / 8 : 0))).toBeLessThan(1e-13);
    });
  });

  it.each(["gaussian", "orthonormal"] as const)("keeps lengths in the mean, %s", (kind) => {
    const x = [[3, -1, 2, 0.5, 1, 1, -2, 4]];
    const length = x[0].reduce((sum, v) => sum + v * v, 0);
    const ratios = Array.from({ length: 2000 }, (_, k) => {
      const y = randomProjection(8, 4, { random: new Random(9).fork(k), kind }).transform(x).values;
      return y.reduce((sum, v) => sum + v * v, 0) / length;
    });
    const mean = ratios.reduce((sum, v) => sum + v) / 2000;
    // A ratio is chi^2_4 / 4, of variance 1/2, or 2 times a beta number of (2, 2), of variance 1/5.
    expect(Math.abs(mean - 1)).toBeLessThan(5 * Math.sqrt((kind === "gaussian" ? 1 / 2 : 1 / 5) / 2000));
  });

  it("is the same for the same seed, and takes sizes that fit", () => {
    const of = (seed: number) => randomProjection(5, 3, { random: new Random(seed) }).transform([[1, 2, 3, 4, 5]]);
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
    const random = new Random(1);
    expect(randomProjection(2, 3, { random }).outputs).toBe(3);
    expect(() => randomProjection(2, 3, { random, kind: "orthonormal" })).toThrow("outputs is 3; expected");
  });
});
