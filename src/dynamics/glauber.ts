import { requireInteger, requireNumber } from "../errors.js";
import { requireRandom } from "../math/random.js";
import type { Dynamics } from "./dynamics.js";
import { SweepProcess } from "./sweep.js";

/** Choices of the Glauber dynamics. */
export interface GlauberOptions {
  /** Inverse temperature, from 0 (pure noise) to Infinity (asynchronous dynamics). */
  readonly beta: number;
  /** Sweeps to run: a sampler does not settle. */
  readonly sweeps?: number | undefined;
}

/**
 * Glauber dynamics at inverse temperature beta: a visited unit becomes +1 with probability 1 / (1 + exp(-2 beta h_i)),
 * h_i = (W s)_i - theta_i, and -1 otherwise (Glauber, Time-dependent statistics of the Ising model, 1963). With symmetric
 * couplings without self-coupling its stationary distribution is exp(-beta E) / Z. Each sweep visits every unit once, in
 * a fresh random order.
 *
 * u < 1 / (1 + exp(-2 beta h)) is h > log(u / (1 - u)) / (2 beta): the noise is drawn, not the exponential taken.
 */
export function glauber({ beta, sweeps = 100 }: GlauberOptions): Dynamics {
  requireNumber("beta", beta, 0);
  requireInteger("sweeps", sweeps, 1);
  return {
    name: "glauber",
    options: { beta, sweeps },
    maxSweeps: sweeps,
    start(net, cue, random) {
      const source = requireRandom(random, "Glauber dynamics");
      return new SweepProcess(net, cue, {
        arrange: (units) => source.permutation(units),
        disturb: (noise) => {
          for (let k = 0; k < noise.length; k++) noise[k] = source.logistic() / (2 * beta);
        },
      });
    },
  };
}
