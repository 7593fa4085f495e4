import type { Random } from "../../../math/random.js";
import { BoltzmannChains, type BoltzmannMachine } from "../../../models/index.js";
import { maker } from "../../../options.js";
import { type FreeRun, rowMoments } from "./phase.js";

/**
 * The negative phase by persistent Markov chains: they continue from one update to the next, and follow the machine if it
 * changes slowly enough (Younes, Parametric inference for imperfectly observed Gibbsian fields, 1989; Neal, Connectionist
 * learning of belief networks, 1992).
 */
export const freeChains = maker("negative phase", {
  name: "chains",
  summary: "persistent Markov chains",
  reference: "Younes 1989; Neal 1992",
  options: {
    count: { type: "integer", low: 1, default: 100, help: "number of chains" },
    sweeps: { type: "integer", low: 1, default: 1, help: "sweeps per update" },
    sweep: { type: "choice", values: ["sequential", "block"], default: "block", help: "order of the units in a sweep" },
  },
  create: ({ count, sweeps, sweep }) => ({
    start(machine: BoltzmannMachine, beta: number, random: Random): FreeRun {
      let chains = new BoltzmannChains(machine, { random, count, beta, sweep });
      const [visible, hidden] = [chains.visible, chains.hidden];
      const done = new Float64Array(1);
      return {
        arrays: new Map([
          ["chains.visible", visible],
          ["chains.hidden", hidden],
          ["chains.sweeps", done],
        ]),
        restore() {
          const rows = hidden.length > 0 ? { visible, hidden } : { visible };
          chains = new BoltzmannChains(machine, { random, ...rows, sweeps: done[0], beta, sweep });
        },
        moments() {
          chains.advance(sweeps);
          done[0] += sweeps;
          visible.set(chains.visible);
          hidden.set(chains.hidden);
          return rowMoments(chains.states, machine.units);
        },
      };
    },
  }),
});
