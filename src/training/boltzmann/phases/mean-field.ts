import { type BoltzmannMachine, meanField } from "../../../models/index.js";
import { maker } from "../../../options.js";
import type { Rows } from "../../../units/index.js";
import { rowMoments } from "./phase.js";

/**
 * The positive phase by mean field: hidden units are independent given each row, with the means that `meanField` gives
 * (Peterson and Anderson, A mean field theory learning algorithm for neural networks, 1987). Learning then maximises a lower
 * bound on the likelihood. The negative phase has no such option: there learning would worsen the same approximation.
 */
export const clampedMeanField = maker("positive phase", {
  name: "mean-field",
  summary: "mean field of the hidden units given each row",
  reference: "Peterson and Anderson 1987",
  options: {
    method: { type: "choice", values: ["naive", "tap"], default: "naive", help: "mean-field equations" },
    damping: {
      type: "number",
      low: 0,
      below: 1,
      optional: true,
      help: "fraction of its old mean that a unit keeps in each step",
    },
    tolerance: { type: "number", low: 0, default: 1e-10, help: "largest change of a mean at convergence" },
    maxSweeps: { type: "integer", low: 1, default: 1000, help: "maximum number of sweeps for a row" },
  },
  create: (options) => ({
    start: (machine: BoltzmannMachine, beta: number) => (visible: Rows) =>
      rowMoments(meanField(machine, { ...options, beta, visible }).means, machine.units),
  }),
});
