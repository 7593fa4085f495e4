import { describe, expect, it } from "vitest";
import { binary, gaussian, Random, relu, softmax, spin, type Units } from "../../src/index.js";
import { unitsByType, unitTypes } from "../../src/units/index.js";
import { LAYERS, TYPES } from "./layers.js";

const zeros = (units: Units) => new Float64Array(units.width);
const means = (units: Units) => units.mean(zeros(units), 1, zeros(units));
const variances = (units: Units) => units.variance(zeros(units), 1, zeros(units));

describe.each(TYPES)("%s units", (type) => {
  const random = new Random(23);
  const units = LAYERS[type](5, random);

  it("take the means and, where they can, the variances of another layer", () => {
    const wanted = { rows: 100, means: means(units), variances: variances(units) };
    const fitted = unitsByType({ type, count: 5, states: 3 });
    fitted.fitTo(wanted, 0);
    for (let i = 0; i < units.width; i++) {
      expect(means(fitted)[i] / wanted.means[i]).toBeCloseTo(1, 9);
      expect(variances(fitted)[i] / wanted.variances[i]).toBeCloseTo(1, 9);
    }
  });

  it("come back from a description", () => {
    const { count, states, named } = units;
    const again = unitsByType({ type, count, states, parameters: named });
    expect(again.type).toBe(type);
    expect(again.parameters).toEqual(units.parameters);
    expect(again.parameters.buffer).not.toBe(units.parameters.buffer);
  });

  it("lie in their range", () => {
    const streams = Array.from({ length: 50 }, (_, r) => random.fork(r));
    const rows = units.sample(new Float64Array(50 * units.width), 1, streams, new Float64Array(50 * units.width));
    rows.forEach((x, k) => {
      const { low, high, scale } = units.range(Math.floor(((k % units.width) / units.width) * units.count));
      expect(x >= low && x <= high && scale > 0).toBe(true);
    });
  });
});

describe("fitting to rows", () => {
  it("gives a state that was never seen the probability of Laplace's rule", () => {
    const moments = (...values: number[]) => ({ rows: 8, means: values, variances: values.map(() => 0) });
    const [b, s, q] = [binary(2), spin(2), softmax(1, 4)];
    b.fitTo(moments(0, 1), 1);
    expect([...means(b)].map((x) => x * 10)).toEqual([expect.closeTo(1, 12), expect.closeTo(9, 12)]);
    s.fitTo(moments(-1, 1), 1);
    expect([...means(s)].map((x) => x * 10)).toEqual([expect.closeTo(-8, 12), expect.closeTo(8, 12)]);
    q.fitTo(moments(0, 0.5, 0.5, 0), 1);
    expect([...means(q)].map((x) => x * 12)).toEqual([1, 5, 5, 1].map((x) => expect.closeTo(x, 12)));
    expect(q.parameters.reduce((sum, x) => sum + x, 0)).toBeCloseTo(0, 12);
  });

  it("matches the second moment of data that vary more than a relu unit can", () => {
    const units = relu(2);
    units.fitTo({ rows: 8, means: [0.1, 0], variances: [1, 0.5] }, 1);
    const seconds = variances(units).map((x, i) => x + means(units)[i] ** 2);
    expect(seconds[0]).toBeCloseTo(1.01, 12);
    expect(seconds[1]).toBeCloseTo(0.5, 12);
  });

  it("gives values that never change a finite precision", () => {
    const fitted = (means: number[], values: number[]) => {
      const units = gaussian(means.length);
      units.fitTo({ rows: 9, means, variances: values }, 1);
      return [...units.named.precision];
    };
    expect(fitted([1, 2], [0, 4])).toEqual([expect.closeTo(50, 12), 0.25]);
    expect(fitted([1, 2], [0, 0])).toEqual([1, 1]);
    const units = relu(1);
    units.fitTo({ rows: 9, means: [0], variances: [0] }, 1);
    expect(Number.isFinite(units.named.mean[0]) && units.named.precision[0] > 0).toBe(true);
  });

  it("finds relu units far from their cut and near it", () => {
    for (const ratio of [1e-8, 1e-3, 0.3, 0.57, 0.85]) {
      const units = relu(1);
      units.fitTo({ rows: 8, means: [3], variances: [9 * ratio] }, 1);
      expect(means(units)[0]).toBeCloseTo(3, 9);
      expect(variances(units)[0] / (9 * ratio)).toBeCloseTo(1, 7);
    }
  });
});

it("names the unit types, and refuses others", () => {
  expect([...unitTypes].sort()).toEqual([...TYPES].sort());
  expect(() => unitsByType({ type: "toString", count: 1 })).toThrow('type is "toString"; expected one of binary, spin');
  expect(() => unitsByType({ type: "softmax", count: 1 })).toThrow("states is NaN; expected a whole number from 2");
  expect(() => unitsByType({ type: "spin", count: 1, parameters: { mean: [1] } })).toThrow(
    'spin units have no parameter "mean"; expected bias',
  );
  expect(gaussian(1).range(0).scale).toBe(1);
});
