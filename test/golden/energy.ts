import { PatternSet, Random, randomPatterns } from "engram";
import {
  EnergyMemory,
  isParameter,
  leaves,
  mlp,
  quadratic,
  quadraticFeatures,
  reconstruction,
  trainEnergyMemory,
} from "engram/neural";
import type { Evidence, Scenarios } from "./scenario.js";

/** Sizes fill no whole registers. */
const [UNITS, PATTERNS] = [13, 3];

const ENERGIES = {
  reconstruction: () => reconstruction({ features: 7 }),
  "quadratic-features": () => quadraticFeatures({ features: 7 }),
  mlp: () => mlp({ layers: [9] }),
  quadratic: () => quadratic(),
};

/** Trainings of energy memories, one for each energy: losses, parameters, and what is stored and recalled afterwards. */
export const energyTrainings: Scenarios = Object.fromEntries(
  Object.entries(ENERGIES).map(([name, make]) => [
    name,
    async ({ workspace }): Promise<Evidence> => {
      // Rates at which all of them are stable.
      const rates = { write: { rate: 0.1 }, read: { rate: 0.1 } };
      const memory = new EnergyMemory({ units: UNITS, energy: make(), random: new Random(2), ...rates });
      const found: Evidence[] = [];
      const options = { epochs: 2, episodes: 12, batch: 4, patterns: PATTERNS, seed: 3, workspace };
      for await (const { loss, wrong, rises, gradientNorm } of trainEnergyMemory(memory, options)) {
        found.push(loss, wrong, rises, gradientNorm);
      }
      for (const [key, { values }] of leaves(memory.parameters, isParameter)) found.push(key, values);
      const patterns = randomPatterns(PATTERNS, UNITS, new Random(4));
      const { state, energy } = memory.store(patterns).recall(PatternSet.from([patterns.spins(1)]));
      return [...found, state, energy];
    },
  ]),
);
