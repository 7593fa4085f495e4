import { describe, expect, test } from "vitest";
import { elementFunctions, exp, log } from "../../src/kernels/element-functions.js";

const { tanh, sigmoid, softplus, reciprocal, inverseRoot, step } = elementFunctions;

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

/** Numbers of single precision from `low` to `high`, both positive, evenly spaced in their bits. */
function* floats(low: number, high: number, count = 200_000): Generator<number> {
  float[0] = high;
  const last = word[0];
  float[0] = low;
  const first = word[0];
  const stride = Math.max(1, Math.floor((last - first) / count));
  for (let bits = first; bits <= last; bits += stride) {
    word[0] = bits;
    yield float[0];
  }
}

/** The largest relative error for the numbers with both signs, or with one of them. */
function worst(
  ours: (x: number) => number,
  truth: (x: number) => number,
  numbers: Iterable<number>,
  signs: readonly number[] = [1, -1],
): number {
  let error = 0;
  for (const x of numbers) {
    for (const sign of signs) {
      const expected = truth(sign * x);
      // A wrong NaN must not pass.
      const own = Math.abs(ours(sign * x) / expected - 1);
      if (!(own <= error)) error = own;
    }
  }
  return error;
}

const LEAST = 2 ** -149;

describe("exp", () => {
  test("has a relative error below 1.2e-7", () => {
    expect(worst(exp, Math.exp, floats(LEAST, 87))).toBeLessThan(1.2e-7);
    expect(worst(exp, Math.exp, floats(1, 87, 1e6))).toBeLessThan(1.2e-7);
    expect(worst(exp, Math.exp, floats(87, 88.72283), [1])).toBeLessThan(1.2e-7);
  });

  test("ends at 0 and at Infinity", () => {
    const limit = 88.72283935546875;
    expect(exp(limit)).toBe(Infinity);
    expect(exp(88.72283172607422)).toBeLessThan(2 ** 128);
    expect(exp(-87)).toBeGreaterThan(0);
    expect([-Infinity, -1e30, -87.00001, -0, 0, 1e30, Infinity].map(exp)).toEqual([0, 0, 0, 1, 1, Infinity, Infinity]);
    expect(exp(NaN)).toBeNaN();
  });
});

describe("log", () => {
  test("has a relative error below 2e-7, near 1 and for subnormal numbers too", () => {
    const other = [...floats(LEAST, 3.4e38, 1e6), ...floats(0.5, 2, 1e6)].filter((x) => x !== 1);
    expect(worst(log, Math.log, other, [1])).toBeLessThan(2e-7);
  });

  test("has its limits", () => {
    expect([0, -0, 1, Infinity].map(log)).toEqual([-Infinity, -Infinity, 0, Infinity]);
    expect([-LEAST, -1, -Infinity, NaN].map(log)).toEqual([NaN, NaN, NaN, NaN]);
  });
});

describe("tanh", () => {
  test("has a relative error below 2.5e-7, near 0 too, and is odd", () => {
    const numbers = [...floats(LEAST, 50), ...floats(0.1, 10, 1e6)];
    expect(worst(tanh, Math.tanh, numbers)).toBeLessThan(2.5e-7);
    for (const x of floats(LEAST, 50, 1000)) expect(tanh(-x)).toBe(-tanh(x));
  });

  test("has its limits", () => {
    expect([-Infinity, -1e30, -0, 0, 1e30, Infinity].map(tanh)).toEqual([-1, -1, -0, 0, 1, 1]);
    expect(tanh(NaN)).toBeNaN();
  });
});

describe("sigmoid", () => {
  test("has a relative error below 2e-7, and both of its tails are right", () => {
    expect(worst(sigmoid, (x) => 1 / (1 + Math.exp(-x)), floats(LEAST, 87))).toBeLessThan(2e-7);
    expect([-Infinity, -87.1, 0, -0, 90, Infinity].map(sigmoid)).toEqual([0, 0, 0.5, 0.5, 1, 1]);
    expect(sigmoid(NaN)).toBeNaN();
  });
});

describe("softplus", () => {
  test("has a relative error below 3e-7", () => {
    const truth = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    expect(worst(softplus, truth, floats(LEAST, 87))).toBeLessThan(3e-7);
    expect(worst(softplus, truth, floats(0.01, 87, 1e6))).toBeLessThan(3e-7);
  });

  test("has its limits", () => {
    expect([-Infinity, -87.1, 2 ** 100, Infinity].map(softplus)).toEqual([0, 0, 2 ** 100, Infinity]);
    expect(softplus(0)).toBe(softplus(-0));
    expect(softplus(NaN)).toBeNaN();
  });
});

test("reciprocal, inverse root and step", () => {
  expect([4, -0.5, 0, -0, Infinity, NaN].map(reciprocal)).toEqual([0.25, -2, Infinity, -Infinity, 0, NaN]);
  expect([4, 0.25, 0, -1, Infinity, NaN].map(inverseRoot)).toEqual([0.5, 2, Infinity, NaN, 0, NaN]);
  expect([LEAST, 3, 0, -0, -3, Infinity, -Infinity, NaN].map(step)).toEqual([1, 1, 0, 0, 0, 1, 0, 0]);
  for (const x of floats(LEAST, 3.4e38, 1000)) {
    expect(reciprocal(x)).toBe(Math.fround(1 / x));
    expect(inverseRoot(x)).toBe(Math.fround(1 / Math.fround(Math.sqrt(x))));
  }
});
