import { requireOptions } from "../../errors.js";
import { requirePixels } from "../../models/dense/dense-classifier.js";
import { DenseClassifier } from "../../models/index.js";
import { readOptions } from "../../options.js";
import { gaussian, spin } from "../../units/index.js";
import { asDataSource, type DataSource, type TrainingData } from "../data.js";
import type { LabelledRows } from "../deep/classifier-options.js";
import { requireClasses } from "../labels.js";
import { valueAt } from "../schedules/index.js";
import { batchOf, splitOptions, type TrainingKind } from "../training.js";
import { type DenseReport, type DenseTraining, denseOptions } from "./options.js";
import { DenseStage } from "./stage.js";

/** Usual batch size. */
const BATCH = 250;

/**
 * Training of a dense classifier (Krotov and Hopfield, Dense associative memory for pattern recognition, 2016, appendix A):
 * mini-batch gradient descent on sum_c (c - t)^(2 m) with momentum, in steps that are normalised for each memory, whose values
 * stay within [-1, 1]. The ten classes of a row share one product of pixels and memories, and weights of the loss are kept as
 * logarithms, so that powers of 30 neither overflow nor underflow.
 *
 * Data are rows of pixels from -1 to 1 in a Float32Array or Float64Array, patterns, or `probabilities`, which count as
 * 2 p - 1, not drawn. The temperature may be constant or a schedule; the classifier has that of the last report.
 *
 * @throws ShapeError or DataError for labels that do not fit; DataError for pixels outside [-1, 1]; ArgumentError for a
 *   temperature at which powers overflow
 */
export const denseTraining: TrainingKind<DenseClassifier, TrainingData, DenseTraining, DenseReport> = {
  name: "dense-classifier",
  title: "a dense classifier",
  reference: "Krotov and Hopfield 2016",
  options: denseOptions,
  trains: (model): model is DenseClassifier => model instanceof DenseClassifier,
  plan(classifier, data, options) {
    const { data: given, run } = splitOptions<DenseClassifier, DenseTraining>(classifier, options);
    const { labels, validation, ...values } = given;
    if (validation !== undefined) requireOptions(validation, "{ data, labels }", "validation rows");
    const rows: LabelledRows = { source: sourceFor("data", classifier, data), labels };
    const read = readOptions("the training of a dense classifier", denseOptions, values);
    const temperature = read.temperature ?? classifier.temperature;
    const batch = batchOf(read.batch ?? Math.min(BATCH, rows.source.rows), rows.source.rows);
    const settings = { ...read, temperature, batch };
    for (const at of [0, read.epochs]) classifier.requireTemperature("temperature", valueAt(temperature, at));
    requireClasses("labels", labels, rows.source.rows, classifier.classes);
    const held = validation && { ...validation, source: sourceFor("validation.data", classifier, validation.data) };
    if (held !== undefined) requireClasses("validation.labels", held.labels, held.source.rows, classifier.classes);
    return {
      stages: 1,
      start: () => new DenseStage(classifier, rows, held, settings, run),
    };
  },
};

function sourceFor(name: string, { pixels }: DenseClassifier, data: TrainingData): DataSource {
  const isRows = data instanceof Float32Array || data instanceof Float64Array;
  if (isRows) requirePixels(name, data, pixels);
  return asDataSource(data, isRows ? gaussian(pixels) : spin(pixels));
}
