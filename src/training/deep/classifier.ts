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

/** The options of the training of a classifier that are data. */
export const classifierOptions = {
  epochs: { type: "integer", low: 1, help: "passes over the data, at most" },
  batch: { type: "integer", low: 1, optional: true, help: "rows of an update (default 100, or all of fewer)" },
  rate: { ...NUMBER, scheduled: true, default: 0.1, help: "learning rate" },
  optimiser: {
    type: "made",
    sort: "optimiser",
    from: [withDefaults<Optimiser>(momentum, { momentum: 0.5 }), ...optimisers.slice(1)],
    default: "momentum",
    help: "how steps are made of gradients",
  },
  l2: { ...NUMBER, default: 0, help: "weight decay by L2" },
  dropout: { type: "number", low: 0, below: 1, default: 0, help: "part of each hidden layer that dropout sets to 0" },
  inputDropout: { type: "number", low: 0, below: 1, default: 0, help: "part of the inputs that dropout sets to 0" },
  outputFirst: {
    type: "integer",
    low: 0,
    default: 0,
    help: "epochs in which the output layer learns alone, before the others",
  },
  patience: {
    type: "integer",
    low: 1,
    optional: true,
    help: "stop after so many epochs without a better score on the validation rows",
  },
  seed: { type: "integer", low: 0, default: 0, help: "seed of all that is random" },
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

/** How a classifier learns. */
export interface ClassifierTraining extends OptionsOf<typeof classifierOptions>, TrainingCommon<Classifier> {
  /** The class of every row of the data, from 0. */
  readonly labels: ArrayLike<number>;
  /** Rows that are only looked at, after every epoch. The classifier is then the one that did best on them. */
  readonly validation?: LabelledData | undefined;
  /**
   * The units that data are states of, such as `net.visible` of a net that the classifier was made of. By default bits and
   * probabilities are those of binary units, and rows may hold any numbers.
   */
  readonly visible?: Units | undefined;
}

/** Options with their defaults, checked. */
export type ClassifierSettings = ResolvedOptions<typeof classifierOptions> & { readonly batch: number };

/** How well a classifier does on some rows. */
export interface ClassifierScore {
  /** Mean of -log p(c | x), nats. */
  readonly loss: number;
  /** The part of the rows whose most probable class is another one. */
  readonly errorRate: number;
}

/** How the training of a classifier stands. */
export interface ClassifierReport extends TrainingReport {
  /** Over the rows of this epoch as they were learned from, with dropout and while the weights moved. */
  readonly training: ClassifierScore;
  /** At the end of an epoch, with `validation`. */
  readonly validation?: ClassifierScore | undefined;
}

/**
 * Fine-tuning of a classifier by back-propagation: mini-batch gradient descent makes the mean of -log p(c | x) smaller
 * (Rumelhart, Hinton and Williams, Learning representations by back-propagating errors, 1986; of a deep belief net by
 * `Classifier.fromDeepBeliefNet`, Hinton and Salakhutdinov, Reducing the dimensionality of data with neural networks, 2006,
 * with conjugate gradients). Data enter as values: probabilities as they are, not drawn. `outputFirst` lets a new output layer
 * learn alone: its first weights are random, and the errors that it sends back would move the layers below for nothing.
 *
 * With `validation` the classifier is, once the training has ended, the one after the epoch with the fewest errors on these
 * rows, the lower loss among equals; at each report it is that of the moment.
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
      throw new ArgumentError("patience is given but validation is not; pass the rows to stop by");
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
