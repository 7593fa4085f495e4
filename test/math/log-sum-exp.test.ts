import { describe, expect, it } from "vitest";
import { LogSum, log1p, logSumExp, logTwoCosh, sigmoid, softplus } from "../../src/math/log-sum-exp.js";
import { Random } from "../../src/math/random.js";

/** |value - exact| as a part of exact. */
const off = (value: number, exact: number) => (value === exact ? 0 : Math.abs(value / exact - 1));

describe("logarithms of sums of exponentials", () => {
  const random = new Random(1);
  const arguments_ = Array.from({ length: 400 }, () => random.normal() * 10 ** (4 * random.uniform() - 2));

  it("agree with the engine's functions to rounding", () => {
    for (const x of arguments_) {
      expect(off(log1p(Math.abs(x) - 0.5), Math.log1p(Math.abs(x) - 0.5))).toBeLessThan(1e-14);
      expect(off(softplus(x), Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))))).toBeLessThan(1e-15);
      expect(off(logTwoCosh(x), Math.abs(x) + Math.log1p(Math.exp(-2 * Math.abs(x))))).toBeLessThan(1e-15);
      expect(off(sigmoid(x), x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)))).toBeLessThan(1e-15);
    }
  });

  it("neither overflow nor lose what is small", () => {
    expect([log1p(0), log1p(1e-300), log1p(Number.POSITIVE_INFINITY)]).toEqual([0, 1e-300, Number.POSITIVE_INFINITY]);
    expect([softplus(1e300), softplus(-1e300)]).toEqual([1e300, 0]);
    expect(off(softplus(-500), Math.exp(-500))).toBeLessThan(1e-15);
    expect([logTwoCosh(-1e300), logTwoCosh(0)]).toEqual([1e300, Math.LN2]);
    expect([sigmoid(1000), sigmoid(-1000), sigmoid(0)]).toEqual([1, 0, 0.5]);
    expect(off(sigmoid(-700), Math.exp(-700))).toBeLessThan(1e-15);
  });

  it("a sum does not depend on where its largest term stands", () => {
    const values = [-1000, 1000, 999, 1000.5, -3];
    const exact = 1000.5 + Math.log(1 + Math.exp(-0.5) + Math.exp(-1.5));
    for (let turn = 0; turn < values.length; turn++) {
      expect(logSumExp([...values.slice(turn), ...values.slice(0, turn)])).toBeCloseTo(exact, 12);
    }
    expect(logSumExp([])).toBe(Number.NEGATIVE_INFINITY);
    expect(logSumExp([Number.NEGATIVE_INFINITY, 2])).toBe(2);
    const sum = new LogSum();
    for (let k = 0; k < 1024; k++) sum.add(-2000);
    expect(sum.value).toBeCloseTo(-2000 + 10 * Math.LN2, 12);
  });
});
