import { describe, expect, it } from "vitest";
import { exp, hypot, log, pow, square, tanh } from "../../src/math/elementary.js";
import { erf, erfc, normalDensity, normalQuantile, normalTail } from "../../src/math/normal.js";
import { Random } from "../../src/math/random.js";

/** Fixed-point numbers of 220 bits after the point: the oracle sums series in them. */
const BITS = 220n;
const ONE = 1n << BITS;

/** A double as a fixed-point number, exact for |x| >= 2^-160. */
function fixed(x: number): bigint {
  let shift = 0n;
  let mantissa = x;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    shift++;
  }
  return (BigInt(mantissa) << BITS) >> shift;
}

function series(term: bigint, next: (term: bigint, k: bigint) => bigint): bigint {
  let sum = 0n;
  let value = term;
  for (let k = 1n; value !== 0n && value !== -1n; k++) {
    sum += value;
    value = next(value, k);
  }
  return sum;
}

/** e^x = (e^(x / 2^40))^(2^40) by its series. */
function exactExp(x: number): bigint {
  const small = fixed(x) >> 10n;
  let power = series(ONE, (term, k) => (term * small) / (k * ONE));
  for (let i = 0; i < 10; i++) power = (power * power) >> BITS;
  return power;
}

/** 1 / sqrt(pi) from Machin's formula for pi. */
const INVERSE_ROOT_PI = (() => {
  const arctan = (n: bigint) => {
    let sum = 0n;
    let power = ONE / n;
    for (let k = 1n; power !== 0n; k += 2n) {
      sum += (k % 4n === 1n ? power : -power) / k;
      power /= n * n;
    }
    return sum;
  };
  const pi = 4n * (4n * arctan(5n) - arctan(239n));
  const target = (ONE * ONE * ONE) / pi;
  let root = ONE;
  for (let i = 0; i < 20; i++) root = (root + target / root) / 2n;
  return root;
})();

/** erf x = 2 / sqrt(pi) sum_k (-1)^k x^(2k+1) / (k! (2k + 1)) */
function exactErf(x: number): bigint {
  const z = fixed(x);
  const square = (z * z) >> BITS;
  let power = z;
  let sum = 0n;
  for (let k = 0n; power !== 0n && k < 4000n; k++) {
    sum += power / (2n * k + 1n);
    power = -((power * square) >> BITS) / (k + 1n);
  }
  return (2n * sum * INVERSE_ROOT_PI) >> BITS;
}

/** How many units in the last place `value` is off. */
function ulps(value: number, exact: bigint): number {
  const size = Math.abs(Number(exact) / Number(ONE));
  const unit = 2 ** (Math.floor(Math.log2(size)) - 52);
  return Math.abs(Number(fixed(value) - exact) / Number(ONE)) / unit;
}

/** The worst of `count` arguments drawn uniformly from [low, high). */
function worst(f: (x: number) => number, exact: (x: number) => bigint, low: number, high: number, count = 150): number {
  const random = new Random(7);
  let most = 0;
  for (let k = 0; k < count; k++) {
    const x = low + (high - low) * random.uniform();
    most = Math.max(most, ulps(f(x), exact(x)));
  }
  return most;
}

describe("elementary functions", () => {
  it("exp is within one unit in the last place", () => {
    expect(worst(exp, exactExp, -1, 1)).toBeLessThan(1);
    expect(worst(exp, exactExp, -40, 100)).toBeLessThan(1);
  });

  it("tanh is within three units in the last place", () => {
    const exact = (x: number) => {
      const square = exactExp(2 * x);
      return ((square - ONE) << BITS) / (square + ONE);
    };
    expect(worst(tanh, exact, -0.3, 0.3)).toBeLessThan(3);
    expect(worst(tanh, exact, -8, 8)).toBeLessThan(3);
  });

  it("erf is within two units in the last place, erfc within three", () => {
    expect(worst(erf, exactErf, -1.3, 1.3)).toBeLessThan(2);
    expect(worst(erf, exactErf, -5, 5)).toBeLessThan(2);
    const complement = (x: number) => ONE - exactErf(x);
    expect(worst(erfc, complement, -2, 1.3)).toBeLessThan(3);
    expect(worst(erfc, complement, 1.3, 3)).toBeLessThan(3);
    expect(worst(erfc, complement, 2.5, 6)).toBeLessThan(3);
  });

  it("keep their limits", () => {
    const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
    expect([exp(0), exp(-infinity), exp(infinity), exp(nan), exp(710), exp(-746)]).toEqual([
      1,
      0,
      infinity,
      nan,
      infinity,
      0,
    ]);
    // The smallest denormal and the largest finite values.
    expect(exp(-745.13)).toBe(2 ** -1074);
    expect(log(exp(709.78))).toBeCloseTo(709.78, 12);
    expect([tanh(0), tanh(-30), tanh(infinity), tanh(1e-300), tanh(nan)]).toEqual([0, -1, 1, 1e-300, nan]);
    expect([erf(0), erf(-9), erf(nan), erfc(-9), erfc(40), erfc(nan)]).toEqual([0, -1, nan, 2, 0, nan]);
  });

  it("normalQuantile undoes normalTail, far out too", () => {
    for (const p of [1e-300, 1e-20, 0.001, 0.025, 0.3, 0.5, 0.8, 0.999]) {
      const x = normalQuantile(p);
      // A relative error of x changes the tail by x^2 times as much: a few units in the last place of x.
      expect(Math.abs(normalTail(-x) / p - 1)).toBeLessThan(1e-15 * (8 + 4 * x * x));
    }
    for (const p of [1e-283, 1e-310, 1e-320, Number.MIN_VALUE]) {
      // Such a tail has few digits, but its logarithm has all of them: -x^2 / 2 - log(sqrt(2 pi) |x|) and a series in
      // -1 / x^2 with the odd numbers' products for coefficients (Laplace), whose smallest terms are below 1e-16 here.
      const x = -normalQuantile(p);
      let [term, sum] = [1, 1];
      for (let k = 1; k <= 8; k++) {
        term *= (1 - 2 * k) / (x * x);
        sum += term;
      }
      const found = -0.5 * x * x - Math.log(Math.sqrt(2 * Math.PI) * x) + Math.log(sum);
      expect(Math.abs(found - Math.log(p))).toBeLessThan(1e-15 * (8 + 4 * x * x));
    }
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14);
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect(() => normalQuantile(1.5)).toThrow("probability is 1.5; expected a number from 0 to 1");
    expect(normalDensity(0)).toBeCloseTo(1 / Math.sqrt(2 * Math.PI), 15);
  });
});

describe("pow, square and hypot", () => {
  it("are products for whole exponents, exact where the result is a double", () => {
    expect([pow(3, 5), pow(10, 22), pow(2, -1022), pow(0.5, 3), pow(7, 0), pow(-3, 3)]).toEqual([
      243,
      1e22,
      2 ** -1022,
      0.125,
      1,
      -27,
    ]);
    expect(square(-1e200)).toBe(Number.POSITIVE_INFINITY);
    expect(square(0.1)).toBe(0.1 * 0.1);
  });

  it("are roots for others", () => {
    // y log x has a relative error of 2^-52, which exp multiplies by |y log x|.
    for (const [x, y, expected] of [
      [2, 0.5, Math.SQRT2],
      [1e10, 0.3, 1000],
      [8, -1 / 3, 0.5],
    ]) {
      expect(Math.abs(pow(x, y) / expected - 1)).toBeLessThan(2 ** -51 * (2 + Math.abs(y * log(x))));
    }
  });

  it("add squares that would overflow or vanish", () => {
    expect([hypot(3, 4), hypot(-4, 3), hypot(0, 0)]).toEqual([5, 5, 0]);
    // The quotient, square, sum, root and product round by 2^-53 each, the first three halved by the root.
    expect(Math.abs(hypot(3e200, 4e200) / 5e200 - 1)).toBeLessThan(4 * 2 ** -53);
    expect(Math.abs(hypot(3e-300, 4e-300) / 5e-300 - 1)).toBeLessThan(4 * 2 ** -53);
    expect(hypot(Number.NEGATIVE_INFINITY, 1)).toBe(Number.POSITIVE_INFINITY);
    expect(hypot(Number.NaN, 1)).toBeNaN();
  });
});
