import { BoltzmannMachine } from "../../models/index.js";
import { readOptions } from "../../options.js";
import type { Rows } from "../../units/index.js";
import { splitOptions, type TrainingKind } from "../training.js";
import { type BoltzmannReport, type BoltzmannTraining, boltzmannOptions } from "./options.js";
import { BoltzmannStage } from "./stage.js";

/**
 * Learning by a positive and a negative phase (Ackley, Hinton and Sejnowski, A learning algorithm for Boltzmann machines,
 * 1985): ascent of the mean of log p(v) over the rows, with the gradient
 *
 *     beta (<x_i x_j>_clamped - <x_i x_j>_free) - l2 L_ij   by the coupling of each pair of the graph,
 *     beta (<x_i>_clamped - <x_i>_free)                     by the biases,
 *
 * where the visible units are clamped to the rows in the positive phase. The machine learns in place; between two epochs, and
 * after the last, it can be used. If all couplings are 0, the hidden units would stay alike: the couplings are then first
 * perturbed by normal numbers of standard deviation 0.01. Rows are shuffled if an epoch has several batches. If learning
 * diverges, the machine is as it was before the last update. Arithmetic is in double precision; `workspace` is not used.
 */
export const boltzmannTraining: TrainingKind<BoltzmannMachine, Rows, BoltzmannTraining, BoltzmannReport> = {
  name: "boltzmann",
  title: "a Boltzmann machine",
  reference: "Ackley, Hinton and Sejnowski 1985",
  options: boltzmannOptions,
  trains: (model): model is BoltzmannMachine => model instanceof BoltzmannMachine,
  plan(machine, data, options) {
    const { data: given, run } = splitOptions<BoltzmannMachine, BoltzmannTraining>(machine, options);
    const settings = readOptions("the training of a Boltzmann machine", boltzmannOptions, given);
    return {
      stages: 1,
      start: () => new BoltzmannStage(machine, data, settings, run),
    };
  },
};
