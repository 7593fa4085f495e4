import { ArgumentError, requireOptions } from "../../errors.js";
import { Classifier } from "../../models/index.js";
import { readOptions } from "../../options.js";
import { binary, gaussian, type Units } from "../../units/index.js";
import { asDataSource, type DataSource, type TrainingData } from "../data.js";
import { requireClasses } from "../labels.js";
import { batchOf, splitOptions, type TrainingKind } from "../training.js";
import {
  type ClassifierReport,
  type ClassifierTraining,
  classifierOptions,
  type LabelledRows,
} from "./classifier-options.js";
import { FineTuningStage } from "./fine-tuning-stage.js";

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
    const { data: given, run } = splitOptions<Classifier, ClassifierTraining>(classifier, options);
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
    return {
      stages: 1,
      start: () => new FineTuningStage(classifier, rows, held, settings, run),
    };
  },
};

function sourceFor({ inputs }: Classifier, data: TrainingData, visible: Units | undefined): DataSource {
  const isRows = data instanceof Float32Array || data instanceof Float64Array;
  return asDataSource(data, visible ?? (isRows ? gaussian(inputs) : binary(inputs)));
}
