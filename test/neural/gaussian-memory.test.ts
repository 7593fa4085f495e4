import { Random } from "engram";
import { largestDifference, log, matrix, product, transpose } from "engram/math";
import {
  add,
  checkGradient,
  constant,
  GaussianMemory,
  type GaussianPrior,
  products,
  solve,
  transpose as transposed,
} from "engram/neural";
import { describe, expect, it } from "vitest";
import { randomMatrix } from "../support/matrices.js";
import { meanAndError } from "../support/statistics.js";

/** A^-1 by elimination with pivots. */
function inverse({ rows: n, values }: ReturnType<typeof matrix>) {
  const a = Array.from({ length: n }, (_, i) => [
    ...values.subarray(i * n, (i + 1) * n),
    ...Array.from({ length: n }, (__, j) => (i === j ? 1 : 0)),
  ]);
  for (let k = 0; k < n; k++) {
    const best = a.slice(k).reduce((top, row, r) => (Math.abs(row[k]) > Math.abs(a[top][k]) ? k + r : top), k);
    [a[k], a[best]] = [a[best], a[k]];
    const pivot = a[k].map((x) => x / a[k][k]);
    a[k] = pivot;
    a.forEach((row, i) => {
      if (i !== k) a[i] = row.map((x, j) => x - row[k] * pivot[j]);
    });
  }
  return matrix(n, n, Float64Array.from(a.flatMap((row) => row.slice(n))));
}

const ROWS = 6;
const CODE = 4;

function example(seed = 1, noise = 0.7): { prior: GaussianPrior; codes: Float64Array[]; weights: Float64Array[] } {
  const random = new Random(seed);
  const vector = (length: number) => Float64Array.from({ length }, () => random.normal());
  return {
    prior: { mean: randomMatrix(ROWS, CODE, random), variance: [0.5, 1, 2, 0.7, 1.5, 1], noise },
    codes: Array.from({ length: 20 }, () => vector(CODE)),
    weights: Array.from({ length: 20 }, () => vector(ROWS)),
  };
}

/** U = (U0^-1 + W^T W / s^2)^-1, R = U (U0^-1 R0 + W^T Z / s^2): all observations at once. */
function regression({ mean, variance, noise }: GaussianPrior, codes: Float64Array[], weights: Float64Array[]) {
  const [w, z] = [weights, codes].map((rows) =>
    matrix(rows.length, rows[0].length, Float64Array.from(rows.flatMap((row) => [...row]))),
  );
  const precision = product(transpose(w), w);
  const target = product(transpose(w), z);
  for (let k = 0; k < precision.values.length; k++) precision.values[k] /= noise * noise;
  for (let k = 0; k < target.values.length; k++) target.values[k] /= noise * noise;
  for (let k = 0; k < mean.rows; k++) {
    const own = 1 / (variance as number[])[k];
    precision.values[k * mean.rows + k] += own;
    for (let j = 0; j < mean.columns; j++)
      target.values[k * mean.columns + j] += own * mean.values[k * mean.columns + j];
  }
  const covariance = inverse(precision);
  return { covariance, mean: product(covariance, target) };
}

describe("a linear-Gaussian memory", () => {
  it("has the posterior of Bayesian linear regression, whatever the order of writing", () => {
    const { prior, codes, weights } = example();
    const direct = regression(prior, codes, weights);
    for (const order of [codes.map((_, t) => t), codes.map((_, t) => (7 * t + 3) % codes.length)]) {
      const memory = new GaussianMemory(prior);
      for (const t of order) memory.write(codes[t], weights[t]);
      expect(largestDifference(memory.mean, direct.mean)).toBeLessThan(1e-12);
      expect(largestDifference(memory.covariance(), direct.covariance)).toBeLessThan(1e-12);
    }
  });

  it("writes one number into one row as by hand", () => {
    // R = 1, U = 2, s^2 = 1/2, w = 3, z = 4: q = 18.5, c = 6 / 18.5.
    const memory = new GaussianMemory({ mean: matrix(1, 1, Float64Array.of(1)), variance: 2, noise: Math.SQRT1_2 });
    expect(memory.solve([4])[0]).toBeCloseTo(4 / 1.5, 14);
    const { logDeterminant, surprise } = memory.write([4], [3]);
    expect(memory.mean.values[0]).toBeCloseTo(1 + 6 / 18.5, 14);
    expect(memory.covariance().values[0]).toBeCloseTo(2 - 36 / 18.5, 14);
    expect(logDeterminant).toBeCloseTo(Math.log(0.5 / 18.5), 14);
    expect(surprise).toBe(1);
    // KL(N(m, v) | N(1, 2)).
    const [m, v] = [1 + 6 / 18.5, 2 - 36 / 18.5];
    expect(memory.divergence()).toBeCloseTo(0.5 * (v / 2 + (m - 1) ** 2 / 2 - 1 - Math.log(v / 2)), 13);
    expect(memory.rowsUsed()).toBeCloseTo(1 - v / 2, 13);
  });

  it("adds up ln det U along the writes", () => {
    const { prior, codes, weights } = example(2);
    const memory = new GaussianMemory(prior);
    let chain = memory.logDeterminant();
    codes.forEach((code, t) => {
      chain += memory.write(code, weights[t]).logDeterminant;
    });
    expect(memory.logDeterminant()).toBeCloseTo(chain, 12);
    // A determinant by elimination of the regression's covariance.
    const a = regression(prior, codes, weights).covariance;
    let direct = 0;
    for (let k = 0; k < ROWS; k++) {
      direct += log(a.values[k * ROWS + k]);
      for (let i = k + 1; i < ROWS; i++) {
        const factor = a.values[i * ROWS + k] / a.values[k * ROWS + k];
        for (let j = k; j < ROWS; j++) a.values[i * ROWS + j] -= factor * a.values[k * ROWS + j];
      }
    }
    expect(memory.logDeterminant()).toBeCloseTo(direct, 11);
  });

  it("stays symmetric and positive definite over 10,000 writes", () => {
    const { prior } = example(3, 0.05);
    const random = new Random(8);
    const memory = new GaussianMemory(prior);
    for (let t = 0; t < 10_000; t++) {
      // Nearly the same weights again and again: the worst for a covariance that is subtracted from.
      const weights = Float64Array.from({ length: ROWS }, (_, k) => (k === t % ROWS ? 1e-3 : 1) * random.normal());
      memory.write(
        Float64Array.from({ length: CODE }, () => random.normal()),
        weights,
      );
    }
    const u = memory.covariance();
    for (let i = 0; i < ROWS; i++) {
      for (let j = 0; j < ROWS; j++) expect(u.values[i * ROWS + j]).toBe(u.values[j * ROWS + i]);
    }
    for (let t = 0; t < 100; t++) {
      const w = Float64Array.from({ length: ROWS }, () => random.normal());
      expect(memory.variance(w)).toBeGreaterThan(0);
    }
    expect(memory.variance([1, 0, 0, 0, 0, 0])).toBeCloseTo(u.values[0], 12);
  });

  it("recalls orthogonal codes exactly as the noise goes to 0, and nothing as it grows", () => {
    const codes = [0, 1, 2].map((k) => Float64Array.from({ length: CODE }, (_, j) => (j === k ? 3 : 0)));
    const { prior } = example(4);
    const near = new GaussianMemory({ ...prior, noise: 1e-5 });
    for (const code of codes) near.write(code);
    for (const code of codes) {
      // The ridge of the solution leaves s^2 |w|^2 at most.
      const gaps = near.read(near.solve(code)).map((x, j) => Math.abs(x - code[j]));
      expect(Math.max(...gaps)).toBeLessThan(1e-8);
    }
    const far = new GaussianMemory({ ...prior, noise: 1e8 });
    for (const [t, code] of codes.entries()) far.write(code, example().weights[t]);
    expect(largestDifference(far.mean, prior.mean)).toBeLessThan(1e-12);
    expect(far.divergence()).toBeLessThan(1e-12);
    expect(far.write(codes[0], example().weights[0], Number.POSITIVE_INFINITY).logDeterminant).toBe(0);
  });

  it("solves for the weights of the largest bound, which never falls along readings", () => {
    const { prior, codes } = example(5);
    const memory = new GaussianMemory(prior);
    for (const code of codes.slice(0, 8)) memory.write(code);
    const random = new Random(3);
    for (const code of codes) {
      const best = memory.solve(code);
      const top = memory.bound(code, best);
      for (let t = 0; t < 20; t++) {
        const other = best.map((w) => w + 0.01 * random.normal());
        expect(memory.bound(code, other)).toBeLessThan(top);
      }
      let [z, before] = [code, Number.NEGATIVE_INFINITY];
      for (let reading = 0; reading < 30; reading++) {
        const w = memory.solve(z);
        const bound = memory.bound(z, w);
        // Rounding of sums of squares.
        expect(bound).toBeGreaterThanOrEqual(before - 1e-12 * Math.abs(before));
        before = bound;
        z = memory.read(w);
      }
    }
  });

  it("has the divergence that samples of it have", () => {
    const { prior, codes } = example(6);
    const memory = new GaussianMemory(prior);
    for (const code of codes.slice(0, 5)) memory.write(code);
    const random = new Random(11);
    const [u, u0] = [memory.covariance(), prior.variance as number[]];
    const precision = inverse(u);
    // A root of U: the Gram-Schmidt factor, column by column.
    const root = matrix(ROWS, ROWS);
    for (let j = 0; j < ROWS; j++) {
      for (let i = j; i < ROWS; i++) {
        let sum = u.values[i * ROWS + j];
        for (let k = 0; k < j; k++) sum -= root.values[i * ROWS + k] * root.values[j * ROWS + k];
        root.values[i * ROWS + j] = i === j ? Math.sqrt(sum) : sum / root.values[j * ROWS + j];
      }
    }
    const logRatio = memory.logDeterminant() - u0.reduce((sum, v) => sum + Math.log(v), 0);
    const samples = Array.from({ length: 20_000 }, () => {
      let ratio = 0;
      for (let c = 0; c < CODE; c++) {
        const e = Float64Array.from({ length: ROWS }, () => random.normal());
        const d = Float64Array.from({ length: ROWS }, (_, i) =>
          e.reduce((s, x, k) => s + root.values[i * ROWS + k] * x, 0),
        );
        let [own, before] = [0, 0];
        for (let i = 0; i < ROWS; i++) {
          for (let k = 0; k < ROWS; k++) own += d[i] * precision.values[i * ROWS + k] * d[k];
          const m = memory.mean.values[i * CODE + c] + d[i] - prior.mean.values[i * CODE + c];
          before += (m * m) / u0[i];
        }
        ratio += -0.5 * (logRatio + own - before);
      }
      return ratio;
    });
    const { mean, error } = meanAndError(samples);
    expect(Math.abs(memory.divergence() - mean)).toBeLessThan(5 * error);
    expect(error).toBeLessThan(0.1);
    expect(memory.clear().divergence()).toBeCloseTo(0, 12);
  });

  it("refuses priors, codes and weights that do not fit, and is then unchanged", () => {
    const { prior, codes } = example(7);
    const flat = { mean: matrix(2, 3), variance: 1, noise: 1 };
    for (const noise of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => new GaussianMemory({ ...flat, noise })).toThrow(`noise is ${noise}`);
    }
    expect(() => new GaussianMemory({ ...flat, variance: 0 })).toThrow("variance is 0");
    expect(() => new GaussianMemory({ ...flat, variance: [1, 1, 1] })).toThrow("3 entries for 2 rows");
    expect(() => new GaussianMemory({ ...flat, mean: matrix(0, 3) })).toThrow("rows");
    expect(() => new GaussianMemory({ ...flat, mean: matrix(1, 1, Float64Array.of(Number.NaN)) })).toThrow("NaN");
    const memory = new GaussianMemory(prior);
    const before = memory.mean.values.slice();
    expect(() => memory.write([1, 2, 3])).toThrow("code has 3 entries");
    expect(() => memory.write(codes[0], [1])).toThrow("weights has 1 entries");
    expect(() => memory.write([1, 2, Number.NaN, 4])).toThrow("code[2] is NaN");
    expect(() => memory.write(codes[0], undefined, 0)).toThrow("noise is 0");
    expect(memory.mean.values).toEqual(before);
    expect(memory.divergence()).toBeCloseTo(0, 12);
  });
});

describe("solve", () => {
  /** S S^T + I, positive definite for every S. */
  const definite = (s: Parameters<typeof products>[0]) =>
    add(products(s, transposed(s)), constant([1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1], [2, 3, 3]));
  const random = new Random(5);
  const inputs = {
    s: Float64Array.from({ length: 18 }, () => random.normal()),
    b: Float64Array.from({ length: 12 }, () => random.normal()),
  };
  const shapes = { s: [2, 3, 3], b: [2, 3, 2] } as const;

  it.each([1, 2] as const)("has derivatives of order %i", (order) => {
    const check = checkGradient(shapes, inputs, ({ s, b }) => solve(definite(s), b), { order, h: 1e-2 });
    // Differences of the fourth order with steps of 0.01: 1e-8 times derivatives of the fifth order.
    expect(check.largest).toBeLessThan(1e-6);
    expect(check.compared).toBe(30);
  });

  it("refuses shapes that do not fit", () => {
    const a = constant(1, [2, 3, 3]);
    for (const shape of [
      [2, 2, 1],
      [1, 3, 1],
      [3, 1],
    ]) {
      expect(() => solve(a, constant(1, shape))).toThrow("cannot be solved");
    }
  });
});
