import type { DenseClassifier } from "../../models/index.js";
import type { OptionsOf, ResolvedOptions } from "../../options.js";
import type { ClassifierScore, LabelledData } from "../deep/classifier-options.js";
import type { Scheduled } from "../schedules/index.js";
import type { TrainingCommon, TrainingReport } from "../training.js";

/** The options of the training of a dense classifier that are plain data. */
export const denseOptions = {
  epochs: { type: "integer", low: 1, help: "number of passes over the data" },
  batch: { type: "integer", low: 1, optional: true, help: "batch size (default 250, at most the number of rows)" },
  rate: {
    type: "number",
    low: 0,
    high: 2,
    scheduled: true,
    default: 0.01,
    help: "learning rate: the largest change of a value of each memory per update",
  },
  temperature: {
    type: "number",
    above: 0,
    scheduled: true,
    optional: true,
    help: "temperature T in pixels, constant or over the epochs (default the classifier's)",
  },
  errorPower: {
    type: "integer",
    low: 1,
    high: 1000,
    default: 2,
    help: "m of the loss, the sum of (output - target)^(2 m)",
  },
  momentum: { type: "number", low: 0, below: 1, default: 0.8, help: "momentum coefficient" },
  seed: { type: "integer", low: 0, default: 0, help: "random seed" },
} as const;

/** Options of the training of a dense classifier. */
export interface DenseTraining extends OptionsOf<typeof denseOptions>, TrainingCommon<DenseClassifier> {
  /** The class of every row of the data, from 0. */
  readonly labels: ArrayLike<number>;
  /** Rows that are measured after every epoch; they have no effect on the training. */
  readonly validation?: LabelledData | undefined;
}

/** Checked options with their defaults. */
export type DenseSettings = ResolvedOptions<typeof denseOptions> & {
  readonly batch: number;
  readonly temperature: Scheduled;
};

/** State of the training of a dense classifier. Losses are means over the rows of sum_c (c - t)^(2 m). */
export interface DenseReport extends TrainingReport {
  readonly temperature: number;
  /** Over the rows of this epoch, while the memories changed. */
  readonly training: ClassifierScore;
  /** At the end of an epoch, with `validation`. */
  readonly validation?: ClassifierScore | undefined;
}
