import { describe, expect, it } from "vitest";
import { synchronous } from "../../src/dynamics/index.js";
import { toMatrix } from "../../src/interactions/index.js";
import { hebb } from "../../src/learning/index.js";
import { Random } from "../../src/math/random.js";
import { Hopfield, HopfieldNet } from "../../src/memories/index.js";
import { flip, overlap } from "../../src/patterns/index.js";
import { type Dream, unlearn, unlearning } from "../../src/training/index.js";
import { randomPatterns } from "../support/random-patterns.js";
import { meanAndError } from "../support/statistics.js";

async function collect(dreams: AsyncIterable<Dream>) {
  const collected: (Omit<Dream, "net"> & { W: Float64Array })[] = [];
  for await (const { net, ...dream } of dreams) collected.push({ ...dream, W: toMatrix(net.interaction) });
  return collected;
}

describe("unlearning", () => {
  const n = 40;
  const memory = new Hopfield(n, { rule: hebb({ selfCoupling: true }), thresholds: new Float64Array(n).fill(0.02) });
  const net = memory.store(randomPatterns(5, n, new Random(1))).net as HopfieldNet;

  it("takes epsilon s_i s_j / n off every coupling but those of a unit with itself, dream after dream", async () => {
    let before = toMatrix(net.interaction);
    const dreams = await collect(unlearning(net, { dreams: 20, rate: 0.05, random: new Random(2) }));
    expect(dreams.map(({ index }) => index)).toEqual(Array.from({ length: 20 }, (_, k) => k));
    for (const { state, energy, converged, W } of dreams) {
      const off = W.map((w, at) => {
        const [i, j] = [Math.floor(at / n), at % n];
        return Math.abs(w - (before[at] - (i === j ? 0 : (0.05 * state[i] * state[j]) / n)));
      });
      expect(Math.max(...off)).toBeLessThan(1e-15);
      // A dream is an attractor of the net as it was before.
      const dreamer = new HopfieldNet(
        Array.from({ length: n }, (_, i) => before.subarray(i * n, (i + 1) * n)),
        net.thresholds,
      );
      expect(converged).toBe(true);
      expect(dreamer.run(state, { dynamics: synchronous() }).state).toEqual(state);
      expect(dreamer.energy(state)).toBeCloseTo(energy, 12);
      before = W;
    }
  });

  it("leaves the net that was given as it was, and keeps thresholds", async () => {
    const before = toMatrix(net.interaction);
    const after = await unlearn(net, { dreams: 3, random: new Random(2) });
    expect(toMatrix(net.interaction)).toEqual(before);
    expect(toMatrix(after.interaction)).not.toEqual(before);
    expect(after.thresholds).toEqual(net.thresholds);
    expect(after.energy(new Int8Array(n).fill(1))).toBeTypeOf("number");
  });

  it("dream k depends on the seed and k alone", async () => {
    const ten = await collect(unlearning(net, { dreams: 10, random: new Random(3) }));
    const drawn = new Random(3);
    drawn.word();
    expect(await collect(unlearning(net, { dreams: 4, random: drawn }))).toEqual(ten.slice(0, 4));
    const others = await collect(unlearning(net, { dreams: 10, random: new Random(4) }));
    expect(others.map(({ state }) => state)).not.toEqual(ten.map(({ state }) => state));
  });

  it("can be stopped between two dreams", async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const run = async () => {
      for await (const { index } of unlearning(net, { dreams: 9, random: new Random(1), signal: controller.signal })) {
        seen.push(index);
        if (index === 2) controller.abort(new Error("enough"));
      }
    };
    await expect(run()).rejects.toThrow("enough");
    expect(seen).toEqual([0, 1, 2]);
  });

  it("improves recall at a load of 1/4", async () => {
    const [units, p] = [60, 15];
    const gains: number[] = [];
    for (let draw = 0; draw < 10; draw++) {
      const patterns = randomPatterns(p, units, new Random(draw));
      const full = new Hopfield(units).store(patterns);
      const rested = await unlearn(full.net as HopfieldNet, { dreams: 120, random: new Random(9).fork(draw) });
      const cues = flip(patterns, 0.05, new Random(4));
      // Draws are independent; the patterns of one are not.
      let gain = 0;
      for (let mu = 0; mu < p; mu++) {
        const options = { random: new Random(5).fork(mu) };
        const recalled = (state: Int8Array) => overlap(state, patterns.select([mu]));
        gain += recalled(rested.run(cues.select([mu]), options).state);
        gain -= recalled(full.recall(cues.select([mu]), options).state);
      }
      gains.push(gain / p);
    }
    const { mean, error } = meanAndError(gains);
    expect(mean).toBeGreaterThan(4 * error);
  });

  it.each([
    [{ dreams: 0 }, "dreams is 0; expected a whole number of at least 1"],
    [{ dreams: 1, rate: -1 }, "rate is -1; expected a number from 0"],
    [{ dreams: 1, random: undefined as never }, "random is missing; unlearning needs a generator"],
  ])("refuses %j", async (options, message) => {
    await expect(unlearn(net, { random: new Random(1), ...options })).rejects.toThrow(message);
  });
});
