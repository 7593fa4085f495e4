import { describe, expect, it } from "vitest";
import { estimateSeries, jackknife } from "../../src/math/blocking.js";
import { Random } from "../../src/math/random.js";

/** x(t+1) = phi x(t) + noise, stationary, of variance 1: its mean over N steps scatters by (1 + phi) / (1 - phi) / N. */
function autoregressive(phi: number, steps: number, random: Random): Float64Array {
  const series = new Float64Array(steps);
  let x = random.normal();
  for (let t = 0; t < steps; t++) {
    series[t] = x;
    x = phi * x + Math.sqrt(1 - phi * phi) * random.normal();
  }
  return series;
}

describe("estimateSeries", () => {
  it.each([0, 0.5, 0.9])("knows the error and the correlations of an autoregressive series with phi = %s", (phi) => {
    const steps = 8192;
    const runs = 40;
    const exact = Math.sqrt((1 + phi) / (1 - phi) / steps);
    let errors = 0;
    let times = 0;
    let squares = 0;
    for (let run = 0; run < runs; run++) {
      const estimate = estimateSeries(autoregressive(phi, steps, new Random(3).fork(run)));
      expect(estimate.reliable).toBe(true);
      errors += estimate.standardError / runs;
      times += estimate.autocorrelationTime / runs;
      squares += (estimate.value / estimate.standardError) ** 2;
    }
    // One error has a spread of 1 / sqrt(2 blocks), 40 of them less; blocks that are too short lose phi / blockLength.
    expect(errors / exact).toBeGreaterThan(0.9);
    expect(errors / exact).toBeLessThan(1.1);
    expect(times / ((1 + phi) / (1 - phi) / 2)).toBeGreaterThan(0.8);
    expect(times / ((1 + phi) / (1 - phi) / 2)).toBeLessThan(1.2);
    // Chi-squared with 40 degrees of freedom lies between 13 and 83 but for 1e-4.
    expect(squares).toBeGreaterThan(13);
    expect(squares).toBeLessThan(90);
  });

  it("says where a series is too short for its correlations", () => {
    const short = estimateSeries(autoregressive(0.999, 500, new Random(1)));
    expect(short.reliable).toBe(false);
    expect(() => estimateSeries(new Float64Array(15))).toThrow(
      "series has 15 steps; a standard error needs at least 16",
    );
  });

  it("gives a constant no error", () => {
    expect(estimateSeries(new Float64Array(100).fill(2))).toMatchObject({ value: 2, standardError: 0, reliable: true });
  });
});

describe("jackknife", () => {
  it("of the mean is the error of the mean", () => {
    const series = autoregressive(0, 1000, new Random(1));
    const mean = series.reduce((a, b) => a + b) / 1000;
    const variance = series.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 999;
    const result = jackknife([series], 1, ([m]) => m);
    expect(result.value).toBeCloseTo(mean, 14);
    expect(result.standardError).toBeCloseTo(Math.sqrt(variance / 1000), 14);
  });

  it("of a product of means is what linear error propagation says, correlations of the two included", () => {
    const random = new Random(2);
    const x = Float64Array.from({ length: 4000 }, () => 3 + random.normal());
    const y = x.map((value) => 10 - value + 0.5 * random.normal());
    // d(xy) = 7 dx + 3 dy with dy = -dx + noise: 4 dx + 3 noise, and the noise scatters by 1/2.
    const expected = Math.sqrt((16 + 9 * 0.25) / 4000);
    const { standardError } = jackknife([x, y], 10, ([a, b]) => a * b);
    // 400 blocks: the error has a spread of 1 / sqrt(800) = 3.5 %.
    expect(Math.abs(standardError / expected - 1)).toBeLessThan(5 * 0.035);
  });

  it("refuses blocks of which there are not two, and series of different lengths", () => {
    expect(() => jackknife([new Float64Array(10)], 6, ([m]) => m)).toThrow(
      "blockLength is 6; expected a whole number from 1 to 5",
    );
    expect(() => jackknife([new Float64Array(4), new Float64Array(5)], 1, ([m]) => m)).toThrow(
      "series differ in length",
    );
  });
});
