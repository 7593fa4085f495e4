import { describe, expect, it, test } from "vitest";
import { binary, exactLogLikelihood, gaussian, Random, Rbm, relu, spin, type Units } from "../../../src/index.js";
import { spinAt } from "../../../src/math/index.js";
import { WorkspaceChains } from "../../../src/models/index.js";
import { meanAndError } from "../../support/statistics.js";
import { nodes } from "../../units/layers.js";
import { machine, rowOf } from "../rbm-machines.js";

const CHAINS = 4000;
const beta = 0.7;

describe.each([
  ["binary", binary(4, { bias: [0.3, -0.4, 0.2, 0.1] }), binary(3, { bias: [0.2, -0.3, 0.1] })],
  ["spin", spin(4, { bias: [0.3, -0.4, 0.2, 0.1] }), spin(3, { bias: [0.2, -0.3, 0.1] })],
] as [string, Units, Units][])("many chains of %s units", (_, visible, hidden) => {
  const rbm = machine(visible, hidden, new Random(3), 0.8);
  const { rows } = nodes(visible);
  const all = Array.from({ length: rows.length / 4 }, (_, r) => Array.from(rowOf(rows, r, 4)));
  const start = all[all.length - 2];
  const logs = exactLogLikelihood(rbm, rows, { beta });

  it.each([[[]], [[0, 2]]])("are at the model's distribution, given the clamped values %j", (clamped) => {
    const joint = all.map((row, r) => (clamped.every((i) => row[i] === start[i]) ? Math.exp(logs[r]) : 0));
    const total = joint.reduce((sum, p) => sum + p, 0);
    const many = Float64Array.from({ length: CHAINS * 4 }, (_, k) => start[k % 4]);
    const chains = new WorkspaceChains(rbm, { random: new Random(5), visible: many, clamped, beta }).advance(40);
    const counts = new Map<string, number>();
    const states = chains.states();
    for (let r = 0; r < CHAINS; r++) {
      const seen = rowOf(states, r, 4).join();
      counts.set(seen, (counts.get(seen) ?? 0) + 1);
    }
    all.forEach((row, r) => {
      const p = joint[r] / total;
      // Five standard errors; nothing at all may be seen where a clamped value is another.
      const error = Math.abs((counts.get(row.join()) ?? 0) / CHAINS - p);
      expect(error).toBeLessThanOrEqual(5 * Math.sqrt((p * (1 - p)) / CHAINS));
    });
    const means = chains.means();
    for (let i = 0; i < 4; i++) {
      const column = (values: Float64Array) => Array.from({ length: CHAINS }, (_, r) => values[4 * r + i]);
      const [drawn, mean] = [meanAndError(column(states)), meanAndError(column(means))];
      // A state is its mean and noise on top.
      expect(Math.abs(drawn.mean - mean.mean)).toBeLessThanOrEqual(5 * drawn.error);
      if (clamped.some((c) => c === i)) expect([drawn.error, mean.mean]).toEqual([0, start[i]]);
      else expect(mean.error).toBeLessThan(drawn.error);
    }
    chains.dispose();
  });
});

test("chains begin with visible units that feel nothing, or where they are told, and their number changes none of them", () => {
  const rbm = machine(gaussian(5), relu(4), new Random(1), 0.2);
  const few = new WorkspaceChains(rbm, { random: new Random(2), count: 2 });
  const many = new WorkspaceChains(rbm, { random: new Random(2), count: 6 });
  expect(few.means()).toEqual(few.states());
  expect(few.advance(7).states()).toEqual(many.advance(7).states().subarray(0, 10));
  expect(few.means()).toEqual(many.means().subarray(0, 10));
  const visible = Float64Array.of(1, 2, 3, 4, 5);
  const placed = new WorkspaceChains(rbm, { random: new Random(2), visible });
  expect([placed.count, placed.states(), placed.means()]).toEqual([1, visible, visible]);
});

test("states of two values can be had as bits", () => {
  const rbm = machine(spin(37), gaussian(2), new Random(1), 0.2);
  const chains = new WorkspaceChains(rbm, { random: new Random(2), count: 3 }).advance(2);
  const bits = chains.bits();
  expect([bits.rows, bits.columns]).toEqual([3, 37]);
  const spins = Array.from({ length: 3 * 37 }, (_, k) => spinAt(bits, Math.floor(k / 37), k % 37));
  expect(Array.from(chains.states())).toEqual(spins);
  const real = new WorkspaceChains(machine(gaussian(2), spin(2), new Random(1), 0.2), { random: new Random(2) });
  expect(() => real.bits()).toThrow("the visible units are gaussian; only two-state units are bits: use states()");
});

test("clamped values are checked", () => {
  const rbm = new Rbm({ visible: binary(3), hidden: binary(1) });
  const chains = (clamped: number[], visible?: Float64Array) => () =>
    new WorkspaceChains(rbm, { random: new Random(1), visible, clamped });
  expect(chains([3], new Float64Array(3))).toThrow("clamped has the index 3; expected integers from 0 to 2");
  expect(chains([0])).toThrow("clamped is given without visible");
});
