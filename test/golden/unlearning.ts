import { asynchronous, type Dynamics, synchronous } from "../../src/dynamics/index.js";
import { toMatrix } from "../../src/interactions/index.js";
import { hebb } from "../../src/learning/index.js";
import { Random } from "../../src/math/random.js";
import { Hopfield, type HopfieldNet } from "../../src/memories/index.js";
import { unlearning } from "../../src/training/index.js";
import { randomPatterns } from "../support/random-patterns.js";
import type { Backend, Evidence, Scenarios } from "./scenario.js";

async function dreamt(dynamics: Dynamics, { kernels }: Backend): Promise<Evidence> {
  const memory = new Hopfield(45, { rule: hebb({ selfCoupling: false }), kernels });
  memory.store(randomPatterns(7, 45, new Random(1)));
  const dreams: Evidence[] = [];
  const options = { dreams: 12, rate: 0.02, random: new Random(2), dynamics, kernels };
  for await (const { state, sweeps, energy, net } of unlearning(memory.net as HopfieldNet, options)) {
    dreams.push([state, sweeps, energy, toMatrix(net.interaction)]);
  }
  return dreams;
}

/** Nets that unlearn what they dream. */
export const unlearned: Scenarios = {
  "dreams in random order": (backend) => dreamt(asynchronous({ order: "random", maxSweeps: 100 }), backend),
  "synchronous dreams": (backend) => dreamt(synchronous({ maxSweeps: 100 }), backend),
};
