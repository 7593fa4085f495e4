import { describe, expect, it } from "vitest";
import { log } from "../../src/math/elementary.js";
import { type LogMixture, logIntegral } from "../../src/math/log-integral.js";
import { logSumExp } from "../../src/math/log-sum-exp.js";
import { Random } from "../../src/math/random.js";
import { LineMixture } from "../../src/training/monitors/mixture.js";

const HALF_LOG_TWO_PI = 0.5 * log(2 * Math.PI);

/** Hidden units of two states, one of them with the line 0. */
function binaryMixture(units: readonly { constant: number; slope: number }[]): LineMixture {
  return new LineMixture(
    {
      starts: [0, ...units.map((_, j) => 2 * j + 2)],
      constants: units.flatMap(({ constant }) => [0, constant]),
      slopes: units.flatMap(({ slope }) => [0, slope]),
    },
    0,
  );
}

/** Counts the evaluations of a mixture, and of those around its points. */
function counted(mixture: LogMixture, count: { evaluations: number }): LogMixture {
  const seen = <T>(value: T): T => {
    count.evaluations++;
    return value;
  };
  return {
    at: (x) => seen(mixture.at(x)),
    near: (d) => seen(mixture.near(d)),
    around: (x, reach) => counted(mixture.around(x, reach), count),
  };
}

const reach = (slopes: readonly number[]) => ({
  from: slopes.reduce((sum, g) => sum + Math.min(g, 0), 0) - 10,
  to: slopes.reduce((sum, g) => sum + Math.max(g, 0), 0) + 10,
  cut: false,
});

describe("the integral of a mixture of normal densities", () => {
  it("is the sum over the states of the hidden units", () => {
    const random = new Random(3);
    for (let trial = 0; trial < 200; trial++) {
      const scale = 10 ** (trial % 5) / 100;
      const units = Array.from({ length: 1 + random.integer(6) }, () => {
        const slope = scale * random.normal();
        return { slope, constant: random.bernoulli(0.5) ? random.normal() : -0.5 * slope * slope + random.normal() };
      });
      const terms = Array.from({ length: 2 ** units.length }, (_, state) => {
        const on = units.filter((_, j) => (state >> j) & 1);
        const mean = on.reduce((sum, { slope }) => sum + slope, 0);
        return on.reduce((sum, { constant }) => sum + constant, 0) + 0.5 * mean * mean + HALF_LOG_TWO_PI;
      });
      const mixture = binaryMixture(units);
      // L(0) is in the values of the sum, and not in those of the integral.
      const origin = units.reduce((sum, { constant }) => sum + logSumExp([0, constant]), 0);
      const found = logIntegral(mixture, reach(units.map(({ slope }) => slope))) + origin;
      // The rule is good to 1e-11; the terms of the sum round by 2^-52 of their parts each.
      const size = units.reduce((sum, { slope, constant }) => sum + Math.abs(slope) + Math.sqrt(Math.abs(constant)), 1);
      expect(Math.abs(found - logSumExp(terms))).toBeLessThan(1e-11 + 2 ** -51 * size * size);
    }
  });

  it("takes a number of evaluations that does not grow with the distance of its modes", () => {
    const work = (scale: number) => {
      const random = new Random(5);
      const count = { evaluations: 0 };
      const units = Array.from({ length: 20 }, () => {
        const slope = scale * random.normal();
        return { slope, constant: -0.5 * slope * slope + 5 * random.normal() };
      });
      logIntegral(counted(binaryMixture(units), count), reach(units.map(({ slope }) => slope)));
      return count.evaluations;
    };
    // 21 modes at most, each with at most four panels of 16 points, and as many ends of intervals as points of a panel.
    for (const scale of [1e-3, 0.1, 1, 3, 10, 1e3, 1e6, 1e12, 1e30, 1e100])
      expect(work(scale)).toBeLessThan(21 * 4 * 32);
  });
});
