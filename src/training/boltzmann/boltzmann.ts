import { BoltzmannMachine } from "../../models/index.js";
import { type OptionsOf, readOptions } from "../../options.js";
import type { Rows } from "../../units/index.js";
import { optimisers } from "../optimisers/index.js";
import {
  type MonitorContext,
  splitOptions,
  type TrainingCommon,
  type TrainingKind,
  type TrainingReport,
} from "../training.js";
import { negativePhases, positivePhases } from "./phases/index.js";
import { BoltzmannStage } from "./stage.js";

const NUMBER = { type: "number", low: 0, high: Number.MAX_VALUE } as const;

/** The options of Boltzmann machine training that are plain data. */
export const boltzmannOptions = {
  epochs: { type: "integer", low: 1, help: "passes over the data" },
  batch: { type: "integer", low: 1, optional: true, help: "batch size (default all rows)" },
  rate: { ...NUMBER, scheduled: true, default: 0.05, help: "learning rate, constant within an epoch" },
  optimiser: {
    type: "made",
    sort: "optimiser",
    has: "start",
    from: optimisers,
    default: "momentum",
    help: "optimiser",
  },
  l2: { ...NUMBER, default: 0, help: "L2 weight decay" },
  beta: {
    type: "number",
    above: 0,
    high: Number.MAX_VALUE,
    default: 1,
    help: "inverse temperature at which the machine models the data",
  },
  positive: {
    type: "made",
    sort: "positive phase",
    has: "start",
    from: positivePhases,
    default: "gibbs",
    help: "how the positive phase, with clamped visible units, is estimated",
  },
  negative: {
    type: "made",
    sort: "negative phase",
    has: "start",
    from: negativePhases,
    default: "chains",
    help: "how the negative phase, with free units, is estimated",
  },
  likelihood: {
    type: "boolean",
    default: false,
    help: "report the exact log-likelihood after every epoch (at most 24 units)",
  },
  seed: { type: "integer", low: 0, default: 0, help: "random seed" },
} as const;

/** Options of Boltzmann machine training. */
export interface BoltzmannTraining extends OptionsOf<typeof boltzmannOptions>, TrainingCommon<BoltzmannMachine> {}

/** State of the training of a Boltzmann machine; `rate` is that of the last update. */
export interface BoltzmannReport extends TrainingReport {
  /** Largest absolute value of the last update's gradient over all couplings and biases, without weight decay. */
  readonly gradient: number;
  /** Largest absolute value of all couplings and biases. */
  readonly largest: number;
  /** With `likelihood`, at the end of an epoch: the mean of log p(v) over all rows. */
  readonly logLikelihood?: number;
}

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
    const { data: given, monitors, reportEvery } = splitOptions<BoltzmannMachine, BoltzmannTraining>(options);
    const settings = readOptions("the training of a Boltzmann machine", boltzmannOptions, given);
    const asked = monitors.map((monitor) => (context: MonitorContext) => monitor(machine, context));
    return {
      stages: 1,
      start: () => new BoltzmannStage(machine, data, settings, { reportEvery, monitors: asked }),
    };
  },
};
