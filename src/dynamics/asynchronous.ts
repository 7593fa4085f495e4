import { requireRandom } from "../math/random.js";
import { dynamics, maxSweeps } from "./dynamics.js";
import { SweepProcess } from "./sweep.js";

/**
 * Asynchronous dynamics: units are visited one at a time, and s_i becomes the sign of its field h_i; a unit with zero
 * field keeps its state. With symmetric couplings and no negative self-coupling each change lowers the energy, so the
 * run ends on a fixed point (Hopfield 1982). Other couplings may cycle: in the order "fixed" a cycle is found, and its
 * length is counted in sweeps; in the order "random" the run continues to `maxSweeps`. The order "random" needs a
 * generator.
 */
export const asynchronous = dynamics({
  name: "asynchronous",
  summary: "one unit at a time follows its field",
  reference: "Hopfield 1982",
  options: {
    order: {
      type: "choice",
      values: ["random", "fixed"],
      default: "random",
      help: "order of the units in a sweep: a new random order each time, or 0, 1, 2, ...",
    },
    maxSweeps,
  },
  create: ({ order, maxSweeps }) => ({
    maxSweeps,
    start(net, cue, random) {
      if (order === "fixed") return new SweepProcess(net, cue, { arrange() {}, repeats: true });
      const source = requireRandom(random, "asynchronous dynamics in random order");
      return new SweepProcess(net, cue, { arrange: (units) => source.permutation(units) });
    },
  }),
});

/** Options of asynchronous dynamics. */
export type AsynchronousOptions = NonNullable<Parameters<typeof asynchronous>[0]>;
