import { expect, it } from "vitest";
import { logLikelihood } from "../../src/likelihood/index.js";
import { estimateSeries } from "../../src/math/blocking.js";
import { Random } from "../../src/math/random.js";
import { standardErrorOfMean, varianceOfMean } from "../../src/math/standard-error.js";
import { Rbm } from "../../src/models/index.js";
import { freeEnergyGap, overfittingWarning, pseudoLikelihood } from "../../src/training/index.js";
import { binary } from "../../src/units/index.js";

it("the standard error of a mean is that of the formula", () => {
  // Mean 3, squares 4 + 1 + 9 = 14.
  expect(standardErrorOfMean([1, 2, 6], 3)).toBeCloseTo(Math.sqrt(14 / 2 / 3), 15);
  expect(varianceOfMean([1, 2, 6], 3)).toBeCloseTo(14 / 6, 15);
  expect(standardErrorOfMean([5, 5], 5)).toBe(0);
});

it("one value leaves the error unknown: every estimator says Infinity", async () => {
  expect(standardErrorOfMean([5], 5)).toBe(Number.POSITIVE_INFINITY);
  const rbm = new Rbm({ visible: binary(3), hidden: binary(2) });
  const one = Float64Array.of(0, 1, 1);
  const found = await logLikelihood(rbm, one, { random: new Random(1) });
  const gap = freeEnergyGap(rbm, one, Float64Array.of(0, 1, 1, 1, 1, 1));
  expect([pseudoLikelihood(rbm, one).standardError, found.rowStandardError, gap.standardError]).toEqual([
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  ]);
  expect(overfittingWarning(gap)).toBeUndefined();
  expect(() => estimateSeries(Float64Array.of(1))).toThrow("at least 16");
});
