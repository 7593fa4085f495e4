import { expect, test } from "vitest";
import { bracket, halfWay, type Measured, passing, toInfinity } from "../../dist/experiments/finite-size.js";
import { derived } from "../../dist/experiments/statistics.js";

/** Shares at 0, 0.1, 0.2 ... with limits of the given width. */
function scan(units: number, values: readonly number[], width: number): Measured[] {
  return values.map((value, k) => ({ units, at: k / 10, value, low: value - width, high: value + width }));
}

test("a share passes one half between its limits", () => {
  const points = scan(100, [1, 0.8, 0.4, 0], 0.1);
  expect(halfWay(points)).toBeCloseTo(0.175, 12);
  // The lower curve goes from 0.7 to 0.3, the upper one from 0.5 at 0.2 to 0.1.
  expect(passing(points)).toEqual({
    value: expect.closeTo(0.175, 12),
    low: expect.closeTo(0.15, 12),
    high: expect.closeTo(0.2, 12),
  });
  // Where an end of the interval does not pass in the range, the limit is the end of the range.
  expect(passing(scan(100, [0.9, 0.8, 0.45], 0.2)).high).toBe(0.2);
  expect(passing(scan(100, [0.6, 0.4, 0.2], 0.2)).low).toBe(0);
});

test("the limit of two sizes is that of a deviation as their power", () => {
  const at = (units: number) => ({ units, value: 2 + 3 / Math.sqrt(units), low: 0, high: 0 });
  expect(toInfinity(at(100), at(400), 1 / 2).value).toBeCloseTo(2, 12);
});

test("a jump lies between the last rise with n and the first fall", () => {
  const points = [...scan(100, [0.9, 0.7, 0.5, 0.3], 0.05), ...scan(400, [1, 0.85, 0.48, 0.1], 0.05)];
  expect(bracket(points)).toEqual({ low: 0.1, high: 0.3 });
});

test("an exact value is what our theory says, or differs from it", () => {
  expect(derived("a", "8", "8")).toEqual({
    label: "a",
    theory: "8",
    ours: "8",
    low: null,
    high: null,
    verdict: "agrees",
  });
  expect(derived("a", "8", "7").verdict).toBe("differs");
});
