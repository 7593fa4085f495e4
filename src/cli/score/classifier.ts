import { ArgumentError } from "../../errors.js";
import { type Classifier, classifierKind, type DenseClassifier, denseClassifierKind } from "../../models/index.js";
import type { GreySet } from "../io/grey-set.js";
import { meansOf, readingOf } from "../io/reading.js";
import type { TrainedModel } from "../io/trained-model.js";
import { classNumbers, describeErrors, errorRate, namesOf, unlabelled } from "../train/classes.js";
import { type Score, type ScoreOptions, type Scoring, withBar } from "./kinds.js";

/** The error rate of a classifier. */
export const scoreClassifier: Scoring = { kind: classifierKind, options: [], score };
export const scoreDenseClassifier: Scoring = { kind: denseClassifierKind, options: [], score };

async function score(
  stored: TrainedModel<Classifier | DenseClassifier>,
  set: GreySet,
  options: ScoreOptions,
): Promise<Score> {
  const { model: classifier, visible } = stored;
  const labels = classNumbers(set, namesOf(stored, classifier.classes));
  if (labels === undefined) {
    throw new ArgumentError(`a classifier's error rate needs labelled images, but ${unlabelled(set)}`);
  }
  const values = meansOf(set, visible, readingOf(stored, options), 0, set.count);
  const data = { rows: set.count, columns: visible.width, values };
  const found = await withBar("classifying", options.threads, (workspace) => classifier.predict(data, { workspace }));
  const errors = errorRate(found, labels);
  return { record: { errors }, lines: [`errors  ${describeErrors(errors)}`] };
}
