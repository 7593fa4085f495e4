import { requireRandom } from "../math/random.js";
import { dynamics, sampledSweeps } from "./dynamics.js";
import { SweepProcess } from "./sweep.js";

/**
 * Glauber dynamics at inverse temperature beta: a visited unit becomes +1 with probability 1 / (1 + exp(-2 beta h_i)), with
 * its field h_i, and -1 otherwise (Glauber, Time-dependent statistics of the Ising model, 1963). With symmetric couplings
 * without self-coupling its stationary distribution is exp(-beta E) / Z. Each sweep visits every unit once, in a new random
 * order. beta goes from 0, pure noise, to Infinity, asynchronous dynamics; it defaults to 4, at which a net with Hebb's rule and
 * a low load recalls (Amit, Gutfreund and Sompolinsky 1985: below a temperature of 1).
 *
 * u < 1 / (1 + exp(-2 beta h)) is h > log(u / (1 - u)) / (2 beta): only the noise is drawn, and no exponential is
 * computed.
 */
export const glauber = dynamics({
  name: "glauber",
  summary: "heat-bath updates at inverse temperature beta",
  reference: "Glauber 1963",
  options: {
    beta: { type: "number", low: 0, default: 4, help: "inverse temperature, from 0 (pure noise)" },
    sweeps: sampledSweeps,
  },
  create: ({ beta, sweeps }) => ({
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
  }),
});

/** Options of Glauber dynamics. */
export type GlauberOptions = Parameters<typeof glauber>[0];
