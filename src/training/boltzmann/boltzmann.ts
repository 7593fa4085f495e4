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

/** The options of the training of a Boltzmann machine that are data. */
export const boltzmannOptions = {
  epochs: { type: "integer", low: 1, help: "passes over the data" },
  batch: { type: "integer", low: 1, optional: true, help: "rows of an update (default all)" },
  rate: { ...NUMBER, scheduled: true, default: 0.05, help: "learning rate, the same within an epoch" },
  optimiser: {
    type: "made",
    sort: "optimiser",
    from: optimisers,
    default: "momentum",
    help: "how steps are made of gradients",
  },
  l2: { ...NUMBER, default: 0, help: "weight decay by L2" },
  beta: {
    type: "number",
    above: 0,
    high: Number.MAX_VALUE,
    default: 1,
    help: "inverse temperature at which the machine is to have the distribution of the data",
  },
  positive: {
    type: "made",
    sort: "positive phase",
    from: positivePhases,
    default: "gibbs",
    help: "how the phase with clamped units is estimated",
  },
  negative: {
    type: "made",
    sort: "negative phase",
    from: negativePhases,
    default: "chains",
    help: "how the free phase is estimated",
  },
  likelihood: {
    type: "boolean",
    default: false,
    help: "report the exact log-likelihood after every epoch, for at most 24 units",
  },
  seed: { type: "integer", low: 0, default: 0, help: "seed of all that is random" },
} as const;

/** How a Boltzmann machine learns. */
export interface BoltzmannTraining extends OptionsOf<typeof boltzmannOptions>, TrainingCommon<BoltzmannMachine> {}

/** How the training of a Boltzmann machine stands; the rate is that of the last update. */
export interface BoltzmannReport extends TrainingReport {
  /** The largest entry of the last update's gradient, by any coupling or bias, without decay. */
  readonly gradient: number;
  /** The largest coupling or bias. */
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
 * after the last, it can be used. With couplings of 0 all hidden units would stay alike: those of a machine that has them
 * are first perturbed by normal numbers of standard deviation 0.01. Rows are shuffled where an epoch has several batches.
 * Where learning diverges the machine is as it was before the last update. It computes in double precision; `workspace` is not
 * used.
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
