import { describe, expect, it } from "vitest";
import {
  binary,
  exactLogPartition,
  gaussian,
  Hopfield,
  projection,
  Random,
  Rbm,
  randomPatterns,
  spin,
  toRbm,
} from "../../src/index.js";
import { referenceWorkspace } from "../../src/kernels/index.js";
import {
  annealBack,
  exactSamples,
  HiddenChains,
  hiddenLogPartition,
  linearSchedule,
} from "../../src/likelihood/index.js";
import { hiddenLogDensity } from "../../src/mapping/index.js";
import { logSumExp } from "../../src/math/log-sum-exp.js";
import { allPatterns, randomThresholds } from "../mapping/systems.js";
import { machine } from "../models/rbm-machines.js";
import { meanAndError } from "../support/statistics.js";

const N = 7;
const P = 3;
const random = new Random(17);
const plain = machine(spin(N), gaussian(P), random, 0.4);
/** With fields, and hidden units of other means and precisions. */
const general = machine(
  spin(N, { bias: [0.3, -0.2, 0, 0.5, -0.4, 0.1, 0.2] }),
  gaussian(P, { mean: [0.4, -0.6, 0.1], precision: [0.5, 2, 3] }),
  random,
  0.4,
);
const machines = { plain, general };
/** Sums of ten numbers of single precision of order ten. */
const ROUNDING = 1e-4;

describe("annealing over the hidden units", () => {
  it.each(["plain", "general"] as const)("%s machine: the path leads to the density of the hidden units", (name) => {
    const rbm = machines[name];
    const beta = 1.3;
    const chains = new HiddenChains(rbm, { beta, chains: 4, random: new Random(1) });
    const states = Float64Array.of(0.5, -1, 2, 0.25, -1.5, 3, 0, 0.75, -0.5);
    chains.place(states);
    const found = new Float64Array(4);
    chains.addLogRatios(0, 1, found);
    const density = hiddenLogDensity(rbm, states, { beta });
    const { mean, precision } = rbm.hidden.named;
    for (let r = 0; r < 4; r++) {
      // Three rows were given: the fourth chain is at the first.
      const h = states.subarray(P * (r % 3), P * (r % 3) + P);
      const square = h.reduce((sum, x, j) => sum + precision[j] * (x - mean[j]) ** 2, 0);
      const normal = -square / 2 - (P / 2) * Math.log(2 * Math.PI);
      const scaled = density[r % 3] + (P / 2) * Math.log(beta / (2 * Math.PI));
      expect(Math.abs(found[r] - (scaled - normal))).toBeLessThan(ROUNDING);
      chains.states().forEach((x, k) => {
        expect(x).toBeCloseTo(states[k % 9], 6);
      });
    }
    chains.dispose();
  });

  it.each([
    ["plain", 0.7],
    ["plain", 1.5],
    ["general", 0.7],
    ["general", 1.5],
  ] as const)("%s machine, beta %d: log Z is that of enumeration, both ways", async (name, beta) => {
    const rbm = machines[name];
    const exact = exactLogPartition(rbm, { beta });
    const found = await hiddenLogPartition(rbm, { beta, chains: 500, temperatures: 300, random: new Random(4) });
    expect(Math.abs(found.logZ - exact)).toBeLessThan(5 * found.standardError + ROUNDING);
    expect(found.standardError).toBeLessThan(0.1);
    // A quarter to three quarters of the chains over thirty other seeds, mostly half.
    expect(found.effectiveSampleSize).toBeGreaterThan(100);
    // A leapfrog step that does not follow the gradient would lose far more.
    expect(found.accepted).toBeGreaterThan(0.9);

    const chains = new HiddenChains(rbm, { beta, chains: 200, random: new Random(5) });
    const streams = Array.from({ length: 200 }, (_, r) => new Random(6).fork(r));
    const visible = exactSamples(rbm, { random: new Random(7), count: 200, beta });
    chains.place(rbm.sampleHidden(visible, { streams, beta }));
    const back = await annealBack(chains, linearSchedule(300));
    expect(Math.abs(back.logZ - exact)).toBeLessThan(5 * back.standardError + ROUNDING);
    expect(back.standardError).toBeLessThan(0.1);
    chains.dispose();
  });

  it("log Z of a net is less by the mapping's constant", async () => {
    const thresholds = randomThresholds(N, new Random(2));
    const rule = projection({ selfCoupling: false });
    const memory = new Hopfield(N, { rule, thresholds }).store(randomPatterns(2, N, new Random(3)));
    const { rbm, net, logConstant } = toRbm(memory);
    const beta = 1.2;
    const exact = logSumExp(net.interaction.energies(allPatterns(N).bits).map((energy) => -beta * energy));
    const { logZ, standardError } = await hiddenLogPartition(rbm, { beta, temperatures: 200, random: new Random(4) });
    expect(Math.abs(logZ - logConstant(beta) - exact)).toBeLessThan(5 * standardError + ROUNDING);
  });

  it("a move keeps the density that it is for", () => {
    const beta = 1.1;
    const count = 4000;
    const chains = new HiddenChains(general, { beta, chains: count, random: new Random(8), stepLength: 0.6 });
    const visible = exactSamples(general, { random: new Random(9), count, beta });
    const streams = Array.from({ length: count }, (_, r) => new Random(10).fork(r));
    chains.place(general.sampleHidden(visible, { streams, beta }));
    for (let step = 0; step < 20; step++) chains.move(1);
    // Long steps are refused now and then: without the test of Metropolis the density would be another.
    expect(chains.moves.accepted / chains.moves.made).toBeLessThan(0.98);
    const moved = chains.states();
    const inputs = general.hiddenInputs(exactSamples(general, { random: new Random(11), count: 40_000, beta }));
    const { mean, precision } = general.hidden.named;
    for (let j = 0; j < P; j++) {
      const means = Array.from({ length: 40_000 }, (_, r) => mean[j] + inputs[P * r + j] / precision[j]);
      const own = Array.from({ length: count }, (_, r) => moved[P * r + j]);
      const [first, drawn] = [meanAndError(means), meanAndError(own)];
      expect(Math.abs(drawn.mean - first.mean)).toBeLessThan(5 * Math.hypot(drawn.error, first.error));
      const squares = meanAndError(means.map((m) => m * m + 1 / (beta * precision[j])));
      const drawnSquares = meanAndError(own.map((x) => x * x));
      const error = Math.hypot(drawnSquares.error, squares.error);
      expect(Math.abs(drawnSquares.mean - squares.mean)).toBeLessThan(5 * error);
    }
    chains.dispose();
  });

  it("a chain draws the same whatever others there are", () => {
    const chains = [2, 5].map((count) => new HiddenChains(general, { chains: count, random: new Random(3) }));
    for (const each of chains) {
      each.drawBase();
      for (let step = 1; step <= 20; step++) each.move(step / 20);
    }
    const [few, many] = chains.map((each) => each.states());
    expect(many.slice(0, 2 * P)).toEqual(few);
    // And no two the same.
    expect(new Set(many).size).toBe(many.length);
    for (const each of chains) each.dispose();
  });

  it("has the same bits in every workspace", async () => {
    const options = { beta: 1.2, chains: 5, temperatures: 20 };
    const found = await hiddenLogPartition(general, { ...options, random: new Random(3) });
    const other = await hiddenLogPartition(general, {
      ...options,
      random: new Random(3),
      workspace: referenceWorkspace,
    });
    expect(other).toEqual(found);
  });

  it("refuses what it cannot anneal", async () => {
    const of = (rbm: Rbm, options = {}) => hiddenLogPartition(rbm, { random: new Random(1), ...options });
    await expect(of(new Rbm({ visible: binary(2), hidden: gaussian(1) }))).rejects.toThrow(
      "the visible units are binary; expected spin units",
    );
    await expect(of(new Rbm({ visible: spin(2), hidden: binary(1) }))).rejects.toThrow("the hidden units are binary");
    await expect(of(plain, { beta: 0 })).rejects.toThrow("beta is 0");
    await expect(of(plain, { chains: 1 })).rejects.toThrow("chains is 1");
    await expect(of(plain, { stepLength: 0 })).rejects.toThrow("stepLength is 0; expected a finite number above 0");
    await expect(of(plain, { leapfrogs: 0 })).rejects.toThrow("leapfrogs is 0");
    await expect(of(plain, { temperatures: 1 })).rejects.toThrow("temperatures is 1");
    await expect(of(plain, { random: undefined })).rejects.toThrow("random is missing");
    const chains = new HiddenChains(plain, { random: new Random(1) });
    expect(() => chains.place(new Float64Array(4))).toThrow("hidden has 4 values");
    chains.dispose();
  });
});
