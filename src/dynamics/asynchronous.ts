import { ArgumentError, requireInteger } from "../errors.js";
import { requireRandom } from "../math/random.js";
import type { Dynamics } from "./dynamics.js";
import { SweepProcess } from "./sweep.js";

/** Choices of the asynchronous dynamics. */
export interface AsynchronousOptions {
  /** "random" (each sweep visits every unit once, in a fresh random order) or "fixed" (0, 1, 2 ...). */
  readonly order?: "random" | "fixed" | undefined;
  readonly maxSweeps?: number | undefined;
}

/**
 * Asynchronous dynamics: units are visited one at a time, and s_i becomes the sign of its field h_i = (W s)_i - theta_i;
 * a unit with zero field keeps its state. With symmetric couplings and no negative self-coupling each change lowers the
 * energy, so the run ends on a fixed point (Hopfield 1982). Other couplings may cycle: in the order "fixed" a cycle is
 * found, and its length is counted in sweeps; in the order "random" the run goes on to `maxSweeps`. The order "random"
 * needs a generator.
 */
export function asynchronous({ order = "random", maxSweeps = 1000 }: AsynchronousOptions = {}): Dynamics {
  if (order !== "random" && order !== "fixed") {
    throw new ArgumentError(`order is ${JSON.stringify(order)}; expected "random" or "fixed"`);
  }
  requireInteger("maxSweeps", maxSweeps, 1);
  return {
    name: "asynchronous",
    options: { order, maxSweeps },
    maxSweeps,
    start(net, cue, random) {
      if (order === "fixed") return new SweepProcess(net, cue, { arrange() {}, repeats: true });
      const source = requireRandom(random, "asynchronous dynamics in random order");
      return new SweepProcess(net, cue, { arrange: (units) => source.permutation(units) });
    },
  };
}
