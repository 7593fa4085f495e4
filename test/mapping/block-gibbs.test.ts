import { describe, expect, it } from "vitest";
import {
  binary,
  type Dynamics,
  gaussian,
  glauber,
  Hopfield,
  type PatternSet,
  projection,
  Random,
  Rbm,
} from "../../src/index.js";
import { blockGibbs, hiddenLogDensity, sampleThroughRbm, toRbm } from "../../src/mapping/index.js";
import { logSumExp } from "../../src/math/log-sum-exp.js";
import { allPatterns, allStates, correlatedMemory, randomThresholds, trapezoid } from "./systems.js";

const N = 6;
const BETA = 0.8;
const random = new Random(41);
// Single-spin Glauber dynamics keeps exp(-beta E) only without self-couplings.
const memory = correlatedMemory(N, 2, random, {
  rule: projection({ selfCoupling: false }),
  thresholds: randomThresholds(N, random).map((theta) => theta / 2),
});
const { rbm } = toRbm(memory);

function exactProbabilities(): Float64Array {
  const logs = memory.interaction.energies(allPatterns(N).bits).map((e) => -BETA * e);
  const logZ = logSumExp(logs);
  return logs.map((x) => Math.exp(x - logZ));
}

function indexOf(spins: ArrayLike<number>): number {
  return Array.from(spins).reduce((sum, x, i) => sum + (x > 0 ? 2 ** i : 0), 0);
}

/**
 * Independent draws have the exact probabilities p by Pearson's test: with k states and n draws, X^2 = sum (n_s - n p_s)^2 /
 * (n p_s) has the mean k - 1 and the variance 2 (k - 1) + (sum 1 / p_s - k^2 - 2 k + 2) / n, however small n p_s is. Six
 * standard deviations of it pass with a probability of about 10^-6.
 */
function expectDistribution(draws: readonly number[]): void {
  const exact = exactProbabilities();
  const [k, n] = [exact.length, draws.length];
  const counts = new Float64Array(k);
  for (const state of draws) counts[state]++;
  const pearson = exact.reduce((sum, p, state) => sum + (counts[state] - n * p) ** 2 / (n * p), 0);
  const inverse = exact.reduce((sum, p) => sum + 1 / p, 0);
  const variance = 2 * (k - 1) + (inverse - k * k - 2 * k + 2) / n;
  expect(pearson).toBeLessThan(k - 1 + 6 * Math.sqrt(variance));
}

describe("sampling a net through its RBM", () => {
  it("independent chains end with the net's distribution, as those of Glauber dynamics do", () => {
    const cue = Array.from({ length: N }, () => 1);
    const recalled = (dynamics: Dynamics, chains: number, seed: number) =>
      Array.from({ length: chains }, (_, r) =>
        indexOf(memory.recall(cue, { dynamics, random: new Random(seed).fork(r) }).state),
      );
    const chains = 6000;
    const sampled = sampleThroughRbm(rbm, { random: new Random(1), beta: BETA, chains, burnIn: 30 });
    expectDistribution(Array.from({ length: chains }, (_, r) => indexOf(sampled.spins(r))));
    expectDistribution(recalled(blockGibbs(rbm, { beta: BETA, sweeps: 30 }), 1000, 2));
    expectDistribution(recalled(glauber({ beta: BETA, sweeps: 30 }), 2000, 3));
  });

  it("a block step keeps the distribution exactly: sum_s p(s) T(s' | s) = p(s')", () => {
    // p(s) T(s' | s) summed over s is the integral of q(h) / Z p(s' | h), by quadrature for one hidden unit.
    const one = new Hopfield(4, { rule: projection({ selfCoupling: true }), thresholds: [0.3, -0.1, 0, 0.4] }).store([
      1, -1, 1, 1,
    ]);
    const mapping = toRbm(one);
    const { nodes, weight } = trapezoid(14, 2000);
    const logs = hiddenLogDensity(mapping.rbm, Float64Array.from(nodes), { beta: BETA });
    const logZ = logSumExp(logs) + Math.log(weight);
    const means = mapping.rbm.visibleMean(Float64Array.from(nodes), { beta: BETA });
    const energies = mapping.net.interaction.energies(allPatterns(4).bits);
    const exact = energies.map((e) => Math.exp(-BETA * e - logSumExp(energies.map((x) => -BETA * x))));
    exact.forEach((probability, r) => {
      const state = allStates(4).subarray(4 * r, 4 * r + 4);
      let after = 0;
      nodes.forEach((_h, k) => {
        let given = 1;
        for (let i = 0; i < 4; i++) given *= (1 + state[i] * means[4 * k + i]) / 2;
        after += Math.exp(logs[k] - logZ) * weight * given;
      });
      expect(after).toBeCloseTo(probability, 12);
    });
  });

  it("takes states of every chain in order, and a chain does not depend on the others", () => {
    const options = { random: new Random(5), beta: BETA, states: 3, burnIn: 7, every: 2 };
    const three = sampleThroughRbm(rbm, { ...options, chains: 3 });
    expect(three.count).toBe(9);
    const one = sampleThroughRbm(rbm, { ...options, random: new Random(5) });
    for (let k = 0; k < 3; k++) expect(one.spins(k)).toEqual(three.spins(k));
    expect(three).toEqual(sampleThroughRbm(rbm, { ...options, chains: 3, random: new Random(5) }));
  });

  it("is a dynamics: recall runs its sweeps, counts flips and does not settle", () => {
    const dynamics = blockGibbs(rbm, { beta: BETA, sweeps: 30 });
    const run = memory.recall(allStates(N).subarray(0, N), { dynamics, random: new Random(1) });
    expect(run.sweeps).toBe(30);
    expect(run.converged).toBe(false);
    expect(run.flips).toBeGreaterThan(0);
  });

  it("cold, it stays in a stored pattern", () => {
    const large = correlatedMemory(60, 3, new Random(6));
    const cold = blockGibbs(toRbm(large).rbm, { beta: 40, sweeps: 20 });
    const patterns = large.items as PatternSet;
    for (let mu = 0; mu < 3; mu++) {
      const { attractor, state } = large.recall(patterns.spins(mu), { dynamics: cold, random: new Random(mu) });
      expect(state).toEqual(patterns.spins(mu));
      expect(attractor.kind).toBe("none");
    }
  });

  it("refuses what it cannot run", () => {
    expect(() => blockGibbs(rbm, { beta: 0 })).toThrow("beta is 0");
    expect(() => blockGibbs(rbm, { beta: 1, sweeps: 0 })).toThrow("sweeps is 0");
    expect(() => blockGibbs(new Rbm({ visible: binary(2), hidden: gaussian(1) }), { beta: 1 })).toThrow(
      "the visible units are binary; expected spin units",
    );
    const other = new Hopfield(3).store([1, 1, -1]);
    const dynamics = blockGibbs(rbm, { beta: 1 });
    expect(() => other.recall([1, 1, 1], { dynamics, random: new Random(1) })).toThrow(
      "the net has 3 units but the RBM has 6 visible ones",
    );
    expect(() => memory.recall(allStates(N).slice(0, N), { dynamics })).toThrow(
      "block Gibbs dynamics needs a generator",
    );
    expect(() => sampleThroughRbm(rbm, { random: new Random(1), states: 0 })).toThrow("states is 0");
  });
});
