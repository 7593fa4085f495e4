import { describe, expect, it } from "vitest";
import { Random } from "../../src/math/random.js";
import { drawExcess, excessMean, excessVariance, logMillsRatio } from "../../src/math/truncated-normal.js";
import { meanAndError } from "../support/statistics.js";

/** Moments of the excess y of a normal number above a, density e^(-y^2 / 2 - a y), by double-exponential quadrature. */
function moments(a: number) {
  const shift = a < 0 ? -a : 0;
  const width = a > 1 ? 1 / a : 1;
  const sums = [0, 0, 0];
  const add = (y: number, weight: number) => {
    const density = weight * Math.exp(-0.5 * (y + a) ** 2 + (a > 0 ? 0.5 * a * a : 0));
    for (let k = 0; k < 3; k++) sums[k] += density * (y - shift) ** k;
  };
  const step = 1 / 64;
  for (let u = -6; u < 5; u += step) {
    const y = width * Math.exp(u - Math.exp(-u));
    if (y > 40 + shift) break;
    add(y, step * y * (1 + Math.exp(-u)));
  }
  const mean = sums[1] / sums[0];
  return { mass: sums[0], mean: mean + shift, variance: sums[2] / sums[0] - mean * mean };
}

describe("a normal number above a bound", () => {
  it.each([-6, -3, -1, -0.2, 0, 0.3, 1, 2.5, 3.9, 4, 4.1, 6, 20])(
    "of %s has the mass, mean and variance of numerical integration",
    (a) => {
      const exact = moments(a);
      expect(Math.exp(logMillsRatio(a) - (a < 0 ? 0.5 * a * a : 0)) / exact.mass).toBeCloseTo(1, 11);
      expect(excessMean(a) / exact.mean).toBeCloseTo(1, 11);
      expect(excessVariance(a) / exact.variance).toBeCloseTo(1, 10);
    },
  );

  it("is smooth where the formulas change", () => {
    const [below, above] = [4, 4 + 1e-12];
    expect(excessMean(below) / excessMean(above)).toBeCloseTo(1, 11);
    expect(excessVariance(below) / excessVariance(above)).toBeCloseTo(1, 10);
    expect(logMillsRatio(below)).toBeCloseTo(logMillsRatio(above), 11);
  });

  it("far out is an exponential one, and far in a normal one", () => {
    for (const a of [1e4, 1e8, 1e100]) {
      expect(excessMean(a) * a).toBeCloseTo(1, 7);
      expect(excessVariance(a) * a * a).toBeCloseTo(1, 6);
      expect(logMillsRatio(a)).toBeCloseTo(-Math.log(a), 7);
    }
    expect([excessMean(-1e5), excessVariance(-1e5)]).toEqual([1e5, 1]);
  });

  it.each([-2, 0, 0.5, 3, 50])("of %s is drawn with its mean and its variance", (a) => {
    const random = new Random(3);
    const draws = Array.from({ length: 20_000 }, () => drawExcess(a, random));
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
    const first = meanAndError(draws);
    expect(Math.abs(first.mean - excessMean(a))).toBeLessThan(5 * first.error);
    const second = meanAndError(draws.map((y) => (y - excessMean(a)) ** 2));
    expect(Math.abs(second.mean - excessVariance(a))).toBeLessThan(5 * second.error);
  });

  it.each([
    [Number.NaN, Number.NaN],
    [Number.POSITIVE_INFINITY, 0],
    [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    [Number.MAX_VALUE, 0],
  ])("of %s ends with %s", (a, excess) => {
    const random = new Random(3);
    const word = random.word.bind(random);
    let words = 0;
    // A loop that never accepts throws here.
    random.word = () => {
      if (++words > 1000) throw new Error("1,000 words were drawn");
      return word();
    };
    expect(drawExcess(a, random) + 0).toBe(excess);
  });
});
