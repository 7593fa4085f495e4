import { spinAt } from "../math/bits.js";
import { log } from "../math/elementary.js";
import { requireRandom } from "../math/random.js";
import { dynamics, sampledSweeps } from "./dynamics.js";
import { SweepProcess } from "./sweep.js";

/**
 * Metropolis dynamics at inverse temperature beta: a visited unit flips with probability min(1, exp(-beta dE)), where
 * dE = 2 s_i h_i is the energy cost of the flip (Metropolis, Rosenbluth, Rosenbluth, Teller and Teller, Equation of
 * state calculations by fast computing machines, 1953). With symmetric couplings without self-coupling it leaves
 * exp(-beta E) / Z invariant. Each sweep visits every unit once, in a new random order.
 *
 * It flips more often than Glauber dynamics, but does not always mix: where flips cost nothing (a unit with zero field,
 * or beta = 0, which is not allowed) a unit flips at every visit, and an even number of sweeps brings it back.
 *
 * A flip is accepted where s_i h_i < -log(u) / (2 beta) = e, that is: a unit with s_i = +1 becomes -1 where h_i < e,
 * and one with -1 becomes +1 where h_i > -e. Since a sweep visits each unit once, the noise s_i e is known before it
 * begins.
 */
export const metropolis = dynamics({
  name: "metropolis",
  summary: "Metropolis updates at inverse temperature beta",
  reference: "Metropolis, Rosenbluth, Rosenbluth, Teller and Teller 1953",
  options: {
    beta: { type: "number", above: 0, default: 4, help: "inverse temperature, above 0 (for 0, use glauber)" },
    sweeps: sampledSweeps,
  },
  create: ({ beta, sweeps }) => ({
    maxSweeps: sweeps,
    start(net, cue, random) {
      const source = requireRandom(random, "Metropolis dynamics");
      return new SweepProcess(net, cue, {
        arrange: (units) => source.permutation(units),
        disturb: (noise, order, state) => {
          const before = state();
          for (let k = 0; k < noise.length; k++) {
            noise[k] = (spinAt(before, 0, order[k]) * -log(1 - source.uniform())) / (2 * beta);
          }
        },
      });
    },
  }),
});

/** Options of Metropolis dynamics. */
export type MetropolisOptions = Parameters<typeof metropolis>[0];
