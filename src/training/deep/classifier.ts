import { ArgumentError, requireOptions } from "../../errors.js";
import { Classifier } from "../../models/index.js";
import { type OptionsOf, type ResolvedOptions, readOptions, withDefaults } from "../../options.js";
import { binary, gaussian, type Units } from "../../units/index.js";
import { asDataSource, type DataSource, type TrainingData } from "../data.js";
import { requireClasses } from "../labels.js";
import { momentum, type Optimiser, optimisers } from "../optimisers/index.js";
import {
  batchOf,
  type MonitorContext,
  splitOptions,
  type TrainingCommon,
  type TrainingKind,
  type TrainingReport,
} from "../training.js";
import { FineTuningStage } from "./fine-tuning-stage.js";

const NUMBER = { type: "number", low: 0, high: Number.MAX_VALUE } as const;

/** The options of classifier training that are plain data. */
export const classifierOptions = {
  epochs: { type: "integer", low: 1, help: "maximum number of passes over the data" },
  batch: { type: "integer", low: 1, optional: true, help: "batch size (default 100, at most the number of rows)" },
  rate: { ...NUMBER, scheduled: true, default: 0.1, help: "learning rate" },
  optimiser: {
    type: "made",
    sort: "optimiser",
    has: "start",
    from: [withDefaults<Optimiser>(momentum, { momentum: 0.5 }), ...optimisers.slice(1)],
    default: "momentum",
    help: "optimiser",
  },
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

/**
 * Fine-tuning of a classifier by back-propagation: mini-batch gradient descent on the mean of -log p(c | x)
 * (Rumelhart, Hinton and Williams, Learning representations by back-propagating errors, 1986; of a deep belief net by
 * `Classifier.fromDeepBeliefNet`, Hinton and Salakhutdinov, Reducing the dimensionality of data with neural networks, 2006,
 * with conjugate gradients). Data enter as values: probabilities as they are, not drawn. For the first `outputFirst` epochs
 * only the output layer learns: while its weights are random, its errors would move the layers below to no purpose.
 *
 * With `validation` the classifier at the end of training is that of the epoch with the fewest errors on these rows, and among
 * equals that with the lowest loss; at each report it is the current one.
 *
 * @throws ShapeError or DataError for labels that do not fit
 */
export const classifierTraining: TrainingKind<Classifier, TrainingData, ClassifierTraining, ClassifierReport> = {
  name: "classifier",
  title: "a classifier",
  reference: "Rumelhart, Hinton and Williams 1986; Hinton and Salakhutdinov 2006",
  options: classifierOptions,
  trains: (model): model is Classifier => model instanceof Classifier,
  plan(classifier, data, options) {
    const { data: given, monitors, ...rest } = splitOptions<Classifier, ClassifierTraining>(options);
    const { labels, validation, visible, ...values } = given;
    if (validation !== undefined) requireOptions(validation, "{ data, labels }", "validation rows");
    const rows: LabelledRows = { source: sourceFor(classifier, data, visible), labels };
    const read = readOptions("the training of a classifier", classifierOptions, values);
    const settings = { ...read, batch: batchOf(read.batch, rows.source.rows) };
    if (settings.patience !== undefined && validation === undefined) {
      throw new ArgumentError("patience is given but validation is not; pass validation: { data, labels }");
    }
    requireClasses("labels", labels, rows.source.rows, classifier.classes);
    const held = validation && { ...validation, source: sourceFor(classifier, validation.data, visible) };
    if (held !== undefined) requireClasses("validation.labels", held.labels, held.source.rows, classifier.classes);
    const asked = monitors.map((monitor) => (context: MonitorContext) => monitor(classifier, context));
    return {
      stages: 1,
      start: () => new FineTuningStage(classifier, rows, held, settings, { ...rest, monitors: asked }),
    };
  },
};

function sourceFor({ inputs }: Classifier, data: TrainingData, visible: Units | undefined): DataSource {
  const isRows = data instanceof Float32Array || data instanceof Float64Array;
  return asDataSource(data, visible ?? (isRows ? gaussian(inputs) : binary(inputs)));
}
