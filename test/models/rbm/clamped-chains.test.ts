import { describe, expect, it, test } from "vitest";
import { binary, exactLogLikelihood, GibbsChains, Random, Rbm, softmax, spin, type Units } from "../../../src/index.js";
import { nodes } from "../../units/layers.js";
import { machine, rowOf } from "../rbm-machines.js";

const CHAINS = 4000;

describe.each([
  ["binary", binary(4, { bias: [0.3, -0.4, 0.2, 0.1] }), [0, 2]],
  ["spin", spin(4, { bias: [0.3, -0.4, 0.2, 0.1] }), [3]],
  ["softmax", softmax(3, 3, { bias: [0.3, -0.4, 0.2, 0.1, 0, -0.2, 0.5, 0.1, 0] }), [3, 4, 5]],
] as [string, Units, number[]][])("chains with clamped %s units", (_, visible, clamped) => {
  const rbm = machine(visible, binary(3, { bias: [0.2, -0.3, 0.1] }), new Random(3), 0.8);
  const { width } = visible;
  const { rows } = nodes(visible);
  const all = Array.from({ length: rows.length / width }, (_, r) => Array.from(rowOf(rows, r, width)));
  const start = all[all.length - 2];
  const beta = 0.7;

  it("complete the rest with its probability given these", () => {
    const logs = exactLogLikelihood(rbm, rows, { beta });
    const joint = all.map((row, r) => (clamped.every((i) => row[i] === start[i]) ? Math.exp(logs[r]) : 0));
    const total = joint.reduce((sum, p) => sum + p, 0);
    const many = Float64Array.from({ length: CHAINS * width }, (_, k) => start[k % width]);
    const chains = new GibbsChains(rbm, { random: new Random(5), visible: many, clamped, beta }).advance(40);
    const counts = new Map<string, number>();
    for (let r = 0; r < CHAINS; r++) {
      const seen = rowOf(chains.visible, r, width).join();
      counts.set(seen, (counts.get(seen) ?? 0) + 1);
    }
    all.forEach((row, r) => {
      const p = joint[r] / total;
      const found = (counts.get(row.join()) ?? 0) / CHAINS;
      // Five standard errors; nothing at all may be seen where a clamped value is another.
      expect(Math.abs(found - p)).toBeLessThanOrEqual(5 * Math.sqrt((p * (1 - p)) / CHAINS));
    });
  });

  it("draw as ever where nothing is clamped", () => {
    const options = { random: new Random(1), visible: Float64Array.from(start) };
    const free = new GibbsChains(rbm, { ...options, clamped: [] }).advance(5);
    expect(free.visible).toEqual(new GibbsChains(rbm, options).advance(5).visible);
  });
});

test("clamped values are checked", () => {
  const rbm = new Rbm({ visible: softmax(2, 3), hidden: binary(1) });
  const chains = (clamped: number[], visible: Float64Array | undefined) => () =>
    new GibbsChains(rbm, { random: new Random(1), visible, clamped });
  const start = Float64Array.of(1, 0, 0, 0, 1, 0);
  expect(chains([6], start)).toThrow("clamped has the index 6; expected integers from 0 to 5");
  expect(chains([0.5], start)).toThrow("clamped has the index 0.5");
  expect(chains([0, 1], start)).toThrow(
    "clamped has value 0 but not 2 of the same softmax unit; clamp all values of a unit",
  );
  expect(chains([0, 1, 2], undefined)).toThrow("clamped is given without visible");
});
