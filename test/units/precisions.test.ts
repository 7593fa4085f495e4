import { expect, it } from "vitest";
import { binary, gaussian, Random, Rbm, relu, type Units } from "../../src/index.js";
import { normals } from "./layers.js";

/** A few roundings of numbers of this size. */
const rounding = (terms: readonly number[]) => 8 * 2 ** -52 * terms.reduce((sum, x) => sum + Math.abs(x), 1);

const TAKING_TURNS = [1, 2, 1, 0.25, 0.25, 2, 1];

it("gaussian units whose precisions take turns have the cumulants of their formula", () => {
  const units = gaussian(TAKING_TURNS.length, { mean: 0.5, precision: TAKING_TURNS });
  const inputs = normals(2 * TAKING_TURNS.length, new Random(1));
  for (const beta of [1, 0.5, 1, 2, 1]) {
    const found = units.cumulant(inputs, beta, new Float64Array(2));
    for (const r of [0, 1]) {
      const terms = TAKING_TURNS.flatMap((gamma, i) => {
        const I = inputs[r * TAKING_TURNS.length + i];
        return [beta * I * (0.5 + I / (2 * gamma)), Math.log((2 * Math.PI) / (beta * gamma)) / 2];
      });
      const expected = terms.reduce((sum, x) => sum + x, 0);
      expect(Math.abs(found[r] - expected), `row ${r} at beta ${beta}`).toBeLessThan(rounding(terms));
    }
  }
});

it.each<[string, (precision: number) => Units]>([
  ["gaussian", (precision) => gaussian(3, { precision })],
  ["relu", (precision) => relu(3, { mean: 0.3, precision })],
])("machines of %s hidden units that are asked in turn give what they give alone", (_, make) => {
  const weights = Array.from({ length: 4 }, () => Array.from(normals(3, new Random(2)), (w) => w / 2));
  const rows = Float64Array.of(1, 0, 0, 1, 0, 1, 1, 1);
  const free = (precision: number) =>
    new Rbm({ visible: binary(4), hidden: make(precision), weights }).freeEnergy(rows);
  const alone = new Map([3, 0.5].map((precision) => [precision, free(precision)]));
  for (const precision of [3, 0.5, 0.5, 3, 0.5, 3, 3]) expect(free(precision)).toEqual(alone.get(precision));
  // Without inputs F = -log of the integral over each unit: the wider units have the lower free energy.
  expect(alone.get(0.5)?.[0]).toBeLessThan(alone.get(3)?.[0] as number);
});

it("a gaussian precision that is set anew, and back, counts at once", () => {
  const units = gaussian(1, { precision: 4 });
  const width = () => units.cumulant(Float64Array.of(0), 1, new Float64Array(1))[0];
  for (const gamma of [4, 1, 4, 9, 1]) {
    units.named.precision[0] = gamma;
    const expected = Math.log((2 * Math.PI) / gamma) / 2;
    expect(Math.abs(width() - expected)).toBeLessThan(rounding([expected]));
  }
});
