import type { BoltzmannMachine } from "../../models/index.js";
import type { OptionsOf, ResolvedOptions } from "../../options.js";
import { optimiserOption } from "../optimisers/index.js";
import type { TrainingCommon, TrainingReport } from "../training.js";
import { negativePhases, positivePhases } from "./phases/index.js";

const NUMBER = { type: "number", low: 0, high: Number.MAX_VALUE } as const;

/** The options of Boltzmann machine training that are plain data. */
export const boltzmannOptions = {
  epochs: { type: "integer", low: 1, help: "passes over the data" },
  batch: { type: "integer", low: 1, optional: true, help: "batch size (default all rows)" },
  rate: { ...NUMBER, scheduled: true, default: 0.05, help: "learning rate, constant within an epoch" },
  optimiser: optimiserOption(),
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

/** Checked options with their defaults. */
export type BoltzmannSettings = ResolvedOptions<typeof boltzmannOptions>;
