import type { Random } from "../../../math/random.js";
import { addMoments, clampedMoments, noMoments } from "../../../models/boltzmann/exact.js";
import { BoltzmannChains, type BoltzmannMachine } from "../../../models/index.js";
import { maker } from "../../../options.js";
import type { Rows } from "../../../units/index.js";
import { rowMoments } from "./phase.js";

/**
 * The positive phase by Gibbs sampling of the hidden units given each row (Ackley, Hinton and Sejnowski, A learning algorithm
 * for Boltzmann machines, 1985): `burnIn` sweeps from hidden units drawn from their biases, then the mean over `samples`
 * samples, one sweep apart.
 */
export const clampedGibbs = maker("positive phase", {
  name: "gibbs",
  summary: "Gibbs sampling of the hidden units given each row",
  reference: "Ackley, Hinton and Sejnowski 1985",
  options: {
    burnIn: { type: "integer", low: 0, default: 10, help: "sweeps before the first sample" },
    samples: { type: "integer", low: 1, default: 10, help: "number of samples averaged for each row" },
    sweep: { type: "choice", values: ["sequential", "block"], default: "block", help: "order of the units in a sweep" },
  },
  create: ({ burnIn, samples, sweep }) => ({
    start: (machine: BoltzmannMachine, beta: number) => (visible: Rows, random: Random) => {
      if (machine.hidden === undefined) return clampedMoments(machine, visible, beta);
      const chains = new BoltzmannChains(machine, { random, visible, clamped: "visible", beta, sweep });
      const sums = noMoments(machine.units);
      chains.advance(burnIn);
      for (let sample = 0; sample < samples; sample++) {
        addMoments(rowMoments(chains.advance().states, machine.units), 1 / samples, sums);
      }
      return sums;
    },
  }),
});
