import type { Classifier } from "../../models/index.js";
import type { OptionsOf, ResolvedOptions } from "../../options.js";
import type { Units } from "../../units/index.js";
import type { DataSource, TrainingData } from "../data.js";
import { optimiserOption } from "../optimisers/index.js";
import type { TrainingCommon, TrainingReport } from "../training.js";

const NUMBER = { type: "number", low: 0, high: Number.MAX_VALUE } as const;

/** The options of classifier training that are plain data. */
export const classifierOptions = {
  epochs: { type: "integer", low: 1, help: "maximum number of passes over the data" },
  batch: { type: "integer", low: 1, optional: true, help: "batch size (default 100, at most the number of rows)" },
  rate: { ...NUMBER, scheduled: true, default: 0.1, help: "learning rate" },
  optimiser: optimiserOption(0.5),
  l2: { ...NUMBER, default: 0, help: "L2 weight decay" },
  dropout: { type: "number", low: 0, below: 1, default: 0, help: "dropout rate of the hidden layers" },
  inputDropout: { type: "number", low: 0, below: 1, default: 0, help: "dropout rate of the inputs" },
  outputFirst: {
    type: "integer",
    low: 0,
    default: 0,
    help: "number of first epochs in which only the output layer learns",
  },
  patience: {
    type: "integer",
    low: 1,
    optional: true,
    help: "stop after this number of epochs without a better score on the validation rows",
  },
  seed: { type: "integer", low: 0, default: 0, help: "random seed" },
} as const;

/** Rows with their classes. */
export interface LabelledData {
  readonly data: TrainingData;
  /** The class of every row, from 0. */
  readonly labels: ArrayLike<number>;
}

/** Rows with their classes, checked. */
export interface LabelledRows {
  readonly source: DataSource;
  readonly labels: ArrayLike<number>;
}

/** Options of classifier training. */
export interface ClassifierTraining extends OptionsOf<typeof classifierOptions>, TrainingCommon<Classifier> {
  /** The class of every row of the data, from 0. */
  readonly labels: ArrayLike<number>;
  /** Rows held out for validation, measured after every epoch. The classifier is then the one that did best on them. */
  readonly validation?: LabelledData | undefined;
  /**
   * The units that data are states of, such as `net.visible` of the net that the classifier was made from. By default bits
   * and probabilities are those of binary units, and rows may hold any numbers.
   */
  readonly visible?: Units | undefined;
}

/** Checked options with their defaults. */
export type ClassifierSettings = ResolvedOptions<typeof classifierOptions> & { readonly batch: number };

/** Loss and error rate of a classifier on some rows. */
export interface ClassifierScore {
  /** Mean of -log p(c | x), nats. */
  readonly loss: number;
  /** The fraction of rows whose most probable class is not their own. */
  readonly errorRate: number;
}

/** State of the training of a classifier. */
export interface ClassifierReport extends TrainingReport {
  /** Over the rows of this epoch, with dropout, while the weights changed. */
  readonly training: ClassifierScore;
  /** At the end of an epoch, with `validation`. */
  readonly validation?: ClassifierScore | undefined;
}
