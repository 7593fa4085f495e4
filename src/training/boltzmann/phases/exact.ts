import { requireListable } from "../../../models/boltzmann/enumerate.js";
import { clampedMoments } from "../../../models/boltzmann/exact.js";
import { type BoltzmannMachine, ExactDistribution } from "../../../models/index.js";
import { maker } from "../../../options.js";
import type { Rows } from "../../../units/index.js";
import type { FreeRun } from "./phase.js";

/**
 * The exact positive phase: all states of the hidden units, at most 24, are enumerated for every distinct row. A machine with
 * more causes an ArgumentError when learning begins.
 */
export const clampedExact = maker("positive phase", {
  name: "exact",
  summary: "enumeration of all states of at most 24 hidden units",
  reference: "Ackley, Hinton and Sejnowski 1985",
  options: {},
  create: () => ({
    start(machine: BoltzmannMachine, beta: number) {
      requireListable(machine.units - machine.visible.count, "hidden");
      return (visible: Rows) => clampedMoments(machine, visible, beta);
    },
  }),
});

/**
 * The exact negative phase: all states of a machine of at most 24 units are enumerated. A machine with more causes an
 * ArgumentError when learning begins.
 */
export const freeExact = maker("negative phase", {
  name: "exact",
  summary: "enumeration of all states of at most 24 units",
  reference: "Ackley, Hinton and Sejnowski 1985",
  options: {},
  create: () => ({
    start(machine: BoltzmannMachine, beta: number): FreeRun {
      requireListable(machine.units, "visible and hidden");
      return {
        arrays: new Map(),
        restore: () => undefined,
        moments: () => new ExactDistribution(machine, { beta }),
      };
    },
  }),
});
