import { type BoltzmannMachine, meanField } from "../../../models/index.js";
import { maker } from "../../../options.js";
import type { Rows } from "../../../units/index.js";
import { rowMoments } from "./phase.js";

/**
 * The positive phase by mean field: hidden units are independent given each row, with the means that `meanField` gives
 * (Peterson and Anderson, A mean field theory learning algorithm for neural networks, 1987). Learning then climbs a lower
 * bound on the likelihood. The negative phase has no such choice: there the same approximation would be climbed against.
 */
export const clampedMeanField = maker("positive phase", {
  name: "mean-field",
  summary: "mean field of the hidden units given each row",
  reference: "Peterson and Anderson 1987",
  options: {
    method: { type: "choice", values: ["naive", "tap"], default: "naive", help: "the mean-field equations" },
    damping: { type: "number", low: 0, below: 1, optional: true, help: "part of its mean that a unit keeps in a step" },
    tolerance: { type: "number", low: 0, default: 1e-10, help: "converged once no mean moves further" },
    maxSweeps: { type: "integer", low: 1, default: 1000, help: "sweeps after which a row is given up" },
  },
  create: (options) => ({
    start: (machine: BoltzmannMachine, beta: number) => (visible: Rows) =>
      rowMoments(meanField(machine, { ...options, beta, visible }).means, machine.units),
  }),
});
