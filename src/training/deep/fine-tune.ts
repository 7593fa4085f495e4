import { Random } from "../../math/random.js";
import { Classifier, type DeepBeliefNet } from "../../models/index.js";
import { binary, gaussian } from "../../units/index.js";
import { asDataSource, type DataSource, type TrainingData } from "../rbm/data.js";
import { countClasses } from "./class-labels.js";
import { asFineTuneSettings, type FineTuneOptions } from "./fine-tune-options.js";
import { type ClassifierScore, FineTuning, type LabelledRows } from "./fine-tuning.js";
import { inSlices } from "./in-slices.js";

/** How fine-tuning stands. */
export interface FineTuneReport {
  /** Epochs that are over. */
  readonly epoch: number;
  readonly updates: number;
  /** At this point of its schedule. */
  readonly rate: number;
  /** Over the rows as they were learned from in this epoch, with dropout and while the weights moved. */
  readonly training: ClassifierScore;
  readonly validation?: ClassifierScore | undefined;
  /** The classifier as it was at this report, copied; to be called before the next one is asked for. */
  classifier(): Classifier;
}

/** The stream of the seed that the weights of the output layer come from. */
const OUTPUT = 0;

/**
 * Fine-tuning of a deep belief net as a classifier by back-propagation: the weights by which it infers its hidden layers begin a
 * feed-forward net, a softmax layer goes on top, and mini-batch gradient descent with momentum makes the mean of -log p(c | x)
 * smaller (Hinton and Salakhutdinov, Reducing the dimensionality of data with neural networks, 2006, with conjugate
 * gradients). Data enter as values: probabilities as they are, not drawn. The net itself stays as it is. The same seed gives the
 * same bits, with any workspace and any threads.
 *
 * @param from a net of binary hidden units, or a classifier to go on from, which is copied
 * @returns the classifier at the end, or, with `validation`, after the epoch with the fewest errors on it, the lower loss
 *   among equals
 * @throws ArgumentError for options out of their range or units that make no sigmoid layers, ShapeError or DataError for data or
 *   labels that do not fit, EngramError where it diverges, the signal's reason where it was aborted
 */
export async function* fineTune(
  from: DeepBeliefNet | Classifier,
  data: TrainingData,
  labels: ArrayLike<number>,
  options: FineTuneOptions,
): AsyncGenerator<FineTuneReport, Classifier> {
  const { validation, signal } = options;
  const rows: LabelledRows = { source: sourceFor(from, data), labels };
  const settings = asFineTuneSettings(options, rows.source.rows);
  const known = from instanceof Classifier ? from.classes : options.classes;
  const classes = countClasses("labels", labels, rows.source.rows, known);
  const held = validation && { source: sourceFor(from, validation.data), labels: validation.labels };
  if (held !== undefined) countClasses("validation.labels", held.labels, held.source.rows, classes);
  const random = new Random(settings.seed).fork(OUTPUT);
  const classifier = from instanceof Classifier ? from.copy() : Classifier.fromDeepBeliefNet(from, { classes, random });
  signal?.throwIfAborted();
  const tuning = new FineTuning(classifier, settings);
  try {
    let best: { readonly score: ClassifierScore; readonly epoch: number; readonly classifier: Classifier } | undefined;
    for (let epoch = 0; epoch < settings.epochs; epoch++) {
      const training = await inSlices(tuning.epoch(epoch, rows), signal);
      const score = held && (await inSlices(tuning.score(held), signal));
      tuning.store(epoch);
      if (score !== undefined && (best === undefined || isBetter(score, best.score))) {
        best = { score, epoch, classifier: classifier.copy() };
      }
      yield {
        epoch: epoch + 1,
        updates: tuning.updates,
        rate: settings.rate.at(epoch + 1),
        training,
        validation: score,
        classifier: () => classifier.copy(),
      };
      if (best !== undefined && epoch - best.epoch >= settings.patience) break;
    }
    return best?.classifier ?? classifier;
  } finally {
    tuning.dispose();
  }
}

function isBetter(score: ClassifierScore, than: ClassifierScore): boolean {
  return score.errorRate < than.errorRate || (score.errorRate === than.errorRate && score.loss < than.loss);
}

/** Data as the inputs of the net; a classifier does not say of what units, so rows may have any values then. */
function sourceFor(from: DeepBeliefNet | Classifier, data: TrainingData): DataSource {
  if (!(from instanceof Classifier)) return asDataSource(data, from.visible);
  const isRows = data instanceof Float32Array || data instanceof Float64Array;
  return asDataSource(data, isRows ? gaussian(from.inputs) : binary(from.inputs));
}
