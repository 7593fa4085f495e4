import { requireOptions } from "../../errors.js";
import { Random } from "../../math/random.js";
import { Classifier, type DeepBeliefNet } from "../../models/index.js";
import { binary, gaussian } from "../../units/index.js";
import type { TrainingCheckpoint } from "../rbm/checkpoint.js";
import { asDataSource, type DataSource, type TrainingData } from "../rbm/data.js";
import type { ClassifierScore } from "./best-classifier.js";
import { countClasses, knownClasses } from "./class-labels.js";
import {
  asFineTuneSettings,
  describeFineTuning,
  type FineTuneOptions,
  type LabelledRows,
} from "./fine-tune-options.js";
import { FineTuning } from "./fine-tuning.js";
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
  /** All that `fineTune` needs to go on from here, with the same bits; to be called before the next report is asked for. */
  checkpoint(): TrainingCheckpoint;
}

/** The stream of the seed that the weights of the output layer come from. */
const OUTPUT = 0;

/**
 * Fine-tuning of a deep belief net as a classifier by back-propagation: the weights by which it infers its hidden layers begin a
 * feed-forward net, a softmax layer goes on top, and mini-batch gradient descent with momentum makes the mean of -log p(c | x)
 * smaller (Hinton and Salakhutdinov, Reducing the dimensionality of data with neural networks, 2006, with conjugate
 * gradients). Data enter as values: probabilities as they are, not drawn. The net itself stays as it is. The same seed gives the
 * same bits, with any workspace and any threads, and so does a fine-tuning that was resumed from a checkpoint.
 *
 * @param from a net of binary hidden units, or a classifier to go on from, which is copied
 * @returns the classifier at the end, or, with `validation`, after the epoch with the fewest errors on it, the lower loss
 *   among equals
 * @throws ArgumentError for options out of their range, units that make no sigmoid layers or a checkpoint of another training,
 *   ShapeError or DataError for data or labels that do not fit, EngramError where it diverges, the signal's reason where it was aborted
 */
export async function* fineTune(
  from: DeepBeliefNet | Classifier,
  data: TrainingData,
  labels: ArrayLike<number>,
  options: FineTuneOptions,
): AsyncGenerator<FineTuneReport, Classifier> {
  requireOptions(options, "{ epochs }");
  const { validation, resume, signal } = options;
  if (validation !== undefined) requireOptions(validation, "{ data, labels }", "validation rows");
  const known = knownClasses(options.classes, from instanceof Classifier ? from.classes : undefined);
  const rows: LabelledRows = { source: sourceFor(from, data), labels };
  const settings = asFineTuneSettings(options, rows.source.rows);
  const classes = countClasses("labels", labels, rows.source.rows, known);
  const held = validation && { source: sourceFor(from, validation.data), labels: validation.labels };
  if (held !== undefined) countClasses("validation.labels", held.labels, held.source.rows, classes);
  const random = new Random(settings.seed).fork(OUTPUT);
  const classifier = from instanceof Classifier ? from.copy() : Classifier.fromDeepBeliefNet(from, { classes, random });
  signal?.throwIfAborted();
  const tuning = new FineTuning(classifier, settings, {
    describe: () => describeFineTuning(settings, rows, held),
    keepsBest: held !== undefined,
  });
  try {
    if (resume !== undefined) tuning.resume(resume);
    while (tuning.epoch < settings.epochs && !tuning.isStale) {
      const training = await inSlices(tuning.learn(rows), signal);
      const score = held && (await inSlices(tuning.score(held), signal));
      tuning.store();
      if (score !== undefined) tuning.offer(score);
      yield {
        epoch: tuning.epoch,
        updates: tuning.updates,
        rate: settings.rate.at(tuning.epoch),
        training,
        validation: score,
        classifier: () => classifier.copy(),
        checkpoint: () => tuning.checkpoint(),
      };
    }
    return tuning.result();
  } finally {
    tuning.dispose();
  }
}

/** Data as the inputs of the net; a classifier does not say of what units, so rows may have any values then. */
function sourceFor(from: DeepBeliefNet | Classifier, data: TrainingData): DataSource {
  if (!(from instanceof Classifier)) return asDataSource(data, from.visible);
  const isRows = data instanceof Float32Array || data instanceof Float64Array;
  return asDataSource(data, isRows ? gaussian(from.inputs) : binary(from.inputs));
}
