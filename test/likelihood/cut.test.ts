import { describe, expect, it } from "vitest";
import { likelihoodOf } from "../../src/likelihood/index.js";
import { exactVerdict } from "../../src/likelihood/verdict.js";
import { binary, gaussian, joined, softmax } from "../../src/units/index.js";

/** Bounds on log Z that are too wide, as of chains that miss the mass. */
const wide = { ...exactVerdict(10), low: 2, high: 15 };
const weights = Float64Array.of(6, 4);

describe("a log-likelihood above 0", () => {
  it.each([
    ["binary", binary(2)],
    ["softmax", softmax(1, 2)],
    ["joined", joined(binary(2), softmax(1, 2))],
  ])("is cut to 0 for %s units, with a note", (_, units) => {
    const found = likelihoodOf(weights, wide, units);
    expect(found).toMatchObject({ value: -5, low: -10, high: 0, cut: 3 });
    expect([...found.rows]).toEqual([-4, -6]);
    expect(found.verdict).toContain("a bound was 3.00 nats above 0 and is cut there");
    const certain = likelihoodOf(Float64Array.of(12, 14), wide, units);
    expect(certain).toMatchObject({ value: 0, low: -2, high: 0, cut: 11 });
    expect([...certain.rows]).toEqual([0, 0]);
  });

  it("stays where all bounds are below 0, and for densities", () => {
    const below = likelihoodOf(Float64Array.of(-6, -4), wide, binary(2));
    expect(below).toMatchObject({ value: -15, low: -20, high: -7, cut: 0, verdict: wide.verdict });
    expect(likelihoodOf(weights, wide, gaussian(2))).toMatchObject({ value: -5, low: -10, high: 3, cut: 0 });
  });
});
