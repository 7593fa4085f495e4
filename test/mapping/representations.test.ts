import { describe, expect, it } from "vitest";
import { binary, exactLogPartition, gaussian, Hopfield, type PatternSet, Random, Rbm, spin } from "../../src/index.js";
import {
  hiddenLogDensity,
  hiddenLogDensityGradient,
  overlapMachine,
  projectionMachine,
  toRbm,
} from "../../src/mapping/index.js";
import { logSumExp } from "../../src/math/log-sum-exp.js";
import { allPatterns, allStates, correlatedMemory, randomThresholds, trapezoid } from "./systems.js";

const N = 8;
const random = new Random(21);

function system(count: number): Hopfield {
  return correlatedMemory(N, count, random, { thresholds: randomThresholds(N, random) });
}

describe("machines with coupled hidden units", () => {
  it.each([overlapMachine, projectionMachine])("%o: the marginal of the spins is the net's", (make) => {
    const memory = system(3);
    const machine = make(memory);
    const energies = memory.interaction.energies(allPatterns(N).bits);
    for (const beta of [0.5, 2]) {
      machine.freeEnergy(allStates(N), { beta }).forEach((f, r) => {
        expect(-beta * f).toBeCloseTo(-beta * energies[r] + machine.logConstant(beta), 11);
      });
    }
  });

  it.each([overlapMachine, projectionMachine])("%o: the integral over its hidden units is what it says", (make) => {
    const machine = make(system(2));
    const beta = 0.7;
    const states = allStates(N).subarray(0, 3 * N);
    const { nodes, weight } = trapezoid(6, 240);
    const points = Float64Array.from(nodes.flatMap((x) => nodes.flatMap((y) => [x, y])));
    machine.freeEnergy(states, { beta }).forEach((f, r) => {
      const rows = new Float64Array((points.length / 2) * N);
      for (let k = 0; k < rows.length; k += N) rows.set(states.subarray(r * N, (r + 1) * N), k);
      const logs = machine.energy(rows, points).map((e) => -beta * e);
      expect(logSumExp(logs) + 2 * Math.log(weight)).toBeCloseTo(-beta * f, 11);
    });
  });

  it("their hidden units are, on average, the overlaps and the projections", () => {
    const memory = system(3);
    const states = allStates(N);
    const overlaps = overlapMachine(memory).hiddenMean(states);
    const projections = projectionMachine(memory).hiddenMean(states);
    const patterns = memory.items as PatternSet;
    for (let r = 0; r < 2 ** N; r += 17) {
      const state = states.subarray(r * N, (r + 1) * N);
      memory.overlaps(Array.from(state)).forEach((m, mu) => {
        expect(overlaps[r * 3 + mu]).toBeCloseTo(m, 12);
      });
      // X a is the projection of the state: what is left is orthogonal to every pattern.
      const rest = state.map((s, i) => {
        let x = s;
        for (let mu = 0; mu < 3; mu++) x -= projections[r * 3 + mu] * patterns.spins(mu)[i];
        return x;
      });
      for (let mu = 0; mu < 3; mu++) {
        expect(patterns.spins(mu).reduce((sum, x, i) => sum + x * rest[i], 0)).toBeCloseTo(0, 11);
      }
    }
  });

  it("at their means have the energy of the net", () => {
    const memory = system(2);
    const states = allStates(N);
    const energies = memory.interaction.energies(allPatterns(N).bits);
    for (const machine of [overlapMachine(memory), projectionMachine(memory)]) {
      machine.energy(states, machine.hiddenMean(states)).forEach((e, r) => {
        expect(e).toBeCloseTo(energies[r], 11);
      });
    }
  });

  it("refuse what the projection rule refuses", () => {
    expect(() =>
      overlapMachine([
        [1, 1, -1],
        [1, 1, -1],
      ]),
    ).toThrow("pattern 1 is a duplicate of pattern 0");
    expect(() =>
      projectionMachine([
        [1, -1],
        [1, 1],
      ]),
    ).toThrow("patterns has 2 patterns of 2 units");
    expect(() => overlapMachine(new Hopfield(3).store([1, 1, -1]))).toThrow('the memory\'s rule is "hebb"');
    expect(() => overlapMachine([[1, 1, -1]]).energy(new Float64Array(2), new Float64Array(1))).toThrow(
      "visible has 2 values; expected a multiple of 3",
    );
    expect(() => overlapMachine([[1, 1, -1]]).freeEnergy(allStates(3), { beta: -1 })).toThrow("beta is -1");
  });
});

describe("the p-dimensional representation", () => {
  it.each([0.5, 2])("p = 1: the integral of q is Z, at beta %s", (beta) => {
    const memory = system(1);
    const { rbm, net, logConstant } = toRbm(memory);
    const { nodes, weight } = trapezoid(20, 4000);
    const logs = hiddenLogDensity(rbm, Float64Array.from(nodes), { beta });
    const logZ = logSumExp(logs) + Math.log(weight);
    expect(logZ).toBeCloseTo(exactLogPartition(rbm, { beta }), 11);
    const exact = logSumExp(net.interaction.energies(allPatterns(N).bits).map((e) => -beta * e));
    expect(logZ - logConstant(beta)).toBeCloseTo(exact, 11);
  });

  it("p = 2: the integral of q is Z", () => {
    const { rbm, net, logConstant } = toRbm(system(2));
    const { nodes, weight } = trapezoid(12, 200);
    const points = Float64Array.from(nodes.flatMap((x) => nodes.flatMap((y) => [x, y])));
    const logZ = logSumExp(hiddenLogDensity(rbm, points)) + 2 * Math.log(weight);
    const exact = logSumExp(net.interaction.energies(allPatterns(N).bits).map((e) => -e));
    expect(logZ - logConstant(1)).toBeCloseTo(exact, 11);
  });

  it("has the gradient of finite differences, for any means and precisions", () => {
    const weights = Array.from({ length: N }, () => Float64Array.from({ length: 3 }, () => random.normal()));
    const hidden = gaussian(3, { mean: [0.3, -1, 0], precision: [1, 2, 0.5] });
    const rbm = new Rbm({ visible: spin(N, { bias: randomThresholds(N, random) }), hidden, weights });
    const rows = Float64Array.from({ length: 6 }, () => random.normal());
    const gradient = hiddenLogDensityGradient(rbm, rows, { beta: 1.7 });
    const step = 1e-5;
    for (let k = 0; k < rows.length; k++) {
      const moved = (by: number) => {
        const copy = rows.slice();
        copy[k] += by;
        return hiddenLogDensity(rbm, copy, { beta: 1.7 })[Math.floor(k / 3)];
      };
      // Central differences err by step^2 / 6 of the third derivative, and by rounding over the step.
      expect(gradient[k]).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 6);
    }
  });

  it("is for gaussian hidden units only", () => {
    const rbm = new Rbm({ visible: spin(2), hidden: binary(1) });
    expect(() => hiddenLogDensity(rbm, new Float64Array(1))).toThrow("the hidden units are binary; expected gaussian");
    expect(() => hiddenLogDensityGradient(rbm, new Float64Array(1))).toThrow("expected gaussian");
    const { rbm: other } = toRbm([[1, -1]]);
    expect(() => hiddenLogDensity(other, new Float64Array(1), { beta: 0 })).toThrow("beta is 0");
  });
});
