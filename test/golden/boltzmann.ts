import { Random } from "../../src/math/random.js";
import { BoltzmannChains, BoltzmannMachine, ExactDistribution, meanField } from "../../src/models/index.js";
import {
  type BoltzmannTraining,
  clampedExact,
  clampedGibbs,
  clampedMeanField,
  freeChains,
  freeExact,
  inverseTimeDecay,
  train,
} from "../../src/training/index.js";
import { binary, spin } from "../../src/units/index.js";
import { randomMachine } from "../models/boltzmann-machines.js";
import { cross, type Evidence, type Scenarios } from "./scenario.js";

const bits = new Random(1);
const DATA = Float64Array.from({ length: 12 * 5 }, (_, k) => (bits.bernoulli(k % 5 < 2 ? 0.7 : 0.3) ? 1 : 0));

async function trained(options: Partial<BoltzmannTraining>): Promise<Evidence> {
  const machine = randomMachine(binary(5), spin(3), new Random(2), 0.3);
  const epochs: Evidence[] = [];
  const settings: BoltzmannTraining = {
    epochs: 4,
    rate: inverseTimeDecay({ from: 0.1, half: 2 }),
    l2: 0.01,
    batch: 5,
    beta: 0.9,
    seed: 3,
    likelihood: true,
    ...options,
  };
  for await (const { rate, gradient, largest, logLikelihood } of train(machine, DATA, settings)) {
    epochs.push([rate, gradient, largest, logLikelihood]);
  }
  return [machine.couplings.values, machine.bias, epochs];
}

/** Boltzmann machines with couplings within their layers: sampled, solved and trained. */
export const boltzmann: Scenarios = {
  ...cross(
    {
      "exact positive phase": clampedExact(),
      "Gibbs positive phase, block": clampedGibbs({ burnIn: 3, samples: 4, sweep: "block" }),
      "Gibbs positive phase, sequential": clampedGibbs({ burnIn: 3, samples: 4, sweep: "sequential" }),
      "mean-field positive phase": clampedMeanField({ method: "naive", damping: 0.5, tolerance: 1e-6, maxSweeps: 100 }),
    },
    {
      "exact negative phase": freeExact(),
      "chains, block": freeChains({ count: 20, sweeps: 2, sweep: "block" }),
      "chains, sequential": freeChains({ count: 20, sweeps: 2, sweep: "sequential" }),
    },
    (positive, negative) => trained({ positive, negative }),
  ),
  "all rows in one batch, from no couplings": async () => {
    const machine = new BoltzmannMachine({ visible: binary(5), hidden: binary(3), connections: "bipartite" });
    const phases = { positive: clampedExact(), negative: freeChains({ count: 10, sweeps: 1, sweep: "block" }) };
    for await (const _ of train(machine, DATA, { epochs: 3, rate: 0.1, batch: 12, seed: 4, ...phases }));
    return [machine.couplings.values, machine.bias];
  },
  "chains, means and exact sums": () => {
    const machine = randomMachine(binary(5), spin(3), new Random(5));
    const runs = (["sequential", "block"] as const).map((sweep) => {
      const free = new BoltzmannChains(machine, { random: new Random(6), count: 4, beta: 0.8, sweep }).advance(5);
      const clamped = [1, 0, 0, 1, 0];
      const held = new BoltzmannChains(machine, { random: new Random(7), visible: DATA, clamped, beta: 1, sweep });
      return [free.states, held.advance(5).states];
    });
    const { means, products } = new ExactDistribution(machine, { beta: 0.8 });
    const solved = (["naive", "tap"] as const).map((method) => {
      const options = { method, damping: 0.5, tolerance: 1e-9, maxSweeps: 200, beta: 0.8 };
      const { means: found, logSums, sweeps } = meanField(machine, { ...options, visible: DATA });
      return [found, logSums, sweeps];
    });
    return [runs, means, products, solved, machine.freeEnergy(DATA, { beta: 0.8 })];
  },
};
