import { describe, expect, it } from "vitest";
import { findMaximum, findRoot } from "../../src/math/roots.js";

describe("findRoot", () => {
  it.each<[string, (x: number) => number, number, number, number]>([
    ["sqrt 2", (x) => x * x - 2, 0, 2, Math.SQRT2],
    ["a triple root", (x) => (x - 1) ** 3, -3, 2.5, 1],
    ["a flat start", (x) => x ** 9 - 1e-9, 0, 4, 0.1],
    ["a jump", (x) => (x < Math.PI ? -1 : 1), 0, 10, Math.PI],
    ["a falling function", (x) => Math.exp(-x) - 1e-3, 0, 50, Math.log(1000)],
  ])("finds %s", (name, f, a, b, root) => {
    // The triple root is lost in the rounding of its cube.
    const tolerance = name === "a triple root" ? 1e-5 : 1e-14;
    expect(Math.abs(findRoot(f, a, b) - root)).toBeLessThan(tolerance * Math.max(1, root));
    expect(Math.abs(findRoot(f, b, a) - root)).toBeLessThan(tolerance * Math.max(1, root));
  });

  it("says so where there is no change of sign", () => {
    expect(() => findRoot((x) => x * x + 1, -1, 1)).toThrow(/internal: no change of sign/);
  });
});

describe("findMaximum", () => {
  it("finds the top of a hump, and that of a slope at its end", () => {
    const { at, value } = findMaximum((x) => x * Math.exp(-x), 0, 9);
    expect(Math.abs(at - 1)).toBeLessThan(1e-6);
    expect(value).toBeCloseTo(Math.exp(-1), 13);
    expect(findMaximum((x) => x, 2, 3).at).toBeCloseTo(3, 5);
  });
});
