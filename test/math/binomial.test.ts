import { describe, expect, it } from "vitest";
import { binomialAtMost, binomialProbability, exactProportion, proportion } from "../../src/math/binomial.js";
import { estimateMean } from "../../src/math/estimate.js";
import { Random } from "../../src/math/random.js";

/** C(n, k) a^k (b - a)^(n - k) / b^n in whole numbers, for p = a / b, a number of binary places. */
function exact(k: number, n: number, a: bigint, b: bigint): number {
  let choose = 1n;
  for (let j = 1n; j <= BigInt(k); j++) choose = (choose * (BigInt(n) - j + 1n)) / j;
  const scale = 10n ** 60n;
  return Number((choose * a ** BigInt(k) * (b - a) ** BigInt(n - k) * scale) / b ** BigInt(n)) / 1e60;
}

describe("binomial", () => {
  it.each([
    [1n, 2n],
    [5n, 16n],
    [1n, 128n],
  ])("probabilities and tails are the exact ones, p = %i/%i", (a, b) => {
    for (const n of [1, 2, 9, 30, 200]) {
      let sum = 0;
      for (let k = 0; k <= n; k++) {
        const p = exact(k, n, a, b);
        sum += p;
        // The exponent adds terms of the size of n; below 1e-25 the oracle runs out of digits.
        const bound = 2 ** -52 * (40 + n);
        if (p > 1e-25) expect(Math.abs(binomialProbability(k, n, Number(a) / Number(b)) / p - 1)).toBeLessThan(bound);
        expect(binomialAtMost(k, n, Number(a) / Number(b))).toBeCloseTo(sum, 13);
      }
    }
  });

  it("sums to one half below the middle of a large odd number of fair trials", () => {
    expect(binomialAtMost(499_999, 999_999, 0.5)).toBeCloseTo(0.5, 12);
    expect([binomialAtMost(-1, 5, 0.3), binomialAtMost(5, 5, 0.3)]).toEqual([0, 1]);
    expect([binomialProbability(0, 4, 0), binomialProbability(4, 4, 1), binomialProbability(1, 4, 0)]).toEqual([
      1, 1, 0,
    ]);
  });
});

describe("proportion", () => {
  it("has the interval of Clopper and Pearson", () => {
    // Their rule of three: none in n trials leaves 1 - (0.025)^(1/n); and the published interval of 10 in 20.
    expect(proportion(0, 30).high).toBeCloseTo(1 - 0.025 ** (1 / 30), 12);
    expect(proportion(30, 30).low).toBeCloseTo(0.025 ** (1 / 30), 12);
    const { value, low, high } = proportion(10, 20);
    expect([value, low, high].map((x) => x.toFixed(4))).toEqual(["0.5000", "0.2720", "0.7280"]);
    expect(exactProportion(1, 4)).toEqual({ count: 1, trials: 4, value: 0.25, low: 0.25, high: 0.25 });
  });

  it.each([0.02, 0.3, 0.5])("covers the truth p = %s with at least its confidence, exactly summed", (p) => {
    for (const n of [10, 40]) {
      let covered = 0;
      for (let k = 0; k <= n; k++) {
        const { low, high } = proportion(k, n, 0.9);
        if (low <= p && p <= high) covered += binomialProbability(k, n, p);
      }
      expect(covered).toBeGreaterThanOrEqual(0.9);
    }
  });

  it("refuses what cannot be", () => {
    expect(() => proportion(3, 2)).toThrow("count is 3; expected a whole number from 0 to 2");
    expect(() => proportion(0, 0)).toThrow("trials is 0; expected a whole number of at least 1");
    expect(() => proportion(1, 2, 1.5)).toThrow("confidence is 1.5; expected a number from 0 to 1");
  });
});

describe("estimateMean", () => {
  it("has Student's interval", () => {
    // t(0.025) = 3.1824 with 3 degrees of freedom, 2.4469 with 6; t(0.005) = 9.9248 with 2.
    const four = estimateMean([1, 2, 3, 4]);
    expect(four).toMatchObject({ value: 2.5, draws: 4 });
    expect(four.standardError).toBeCloseTo(Math.sqrt(5 / 12), 14);
    expect((four.high - 2.5) / four.standardError).toBeCloseTo(3.1824, 4);
    const seven = estimateMean([1, 2, 3, 4, 5, 6, 7]);
    expect((seven.high - 4) / seven.standardError).toBeCloseTo(2.4469, 4);
    const three = estimateMean([1, 2, 3], 0.99);
    expect((three.high - 2) / three.standardError).toBeCloseTo(9.9248, 4);
    expect(estimateMean([2, 2, 2])).toEqual({ value: 2, standardError: 0, low: 2, high: 2, draws: 3 });
    expect(() => estimateMean([1, 2])).toThrow("draws has 2 values; a standard error needs at least 3");
  });

  it("covers the truth as often as it says", () => {
    const random = new Random(1);
    const repeats = 4000;
    let covered = 0;
    for (let k = 0; k < repeats; k++) {
      const { low, high } = estimateMean(Float64Array.from({ length: 6 }, () => random.normal()));
      if (low <= 0 && 0 <= high) covered++;
    }
    // Five standard errors of a count with p = 0.95.
    expect(Math.abs(covered / repeats - 0.95)).toBeLessThan(5 * Math.sqrt((0.95 * 0.05) / repeats));
  });
});
