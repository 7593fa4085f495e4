import { ArgumentError } from "../../errors.js";
import type { GreySet } from "../io/grey-set.js";
import { meansOf, readingOf } from "../io/reading.js";
import type { TrainedModel } from "../io/trained-model.js";
import { classNumbers, describeErrors, errorRate, namesOf } from "../train/classes.js";
import { type Score, type ScoreOptions, withBar } from "./score-options.js";

/** How many images a classifier gets wrong. */
export async function scoreClassifier(
  model: TrainedModel<"classifier">,
  set: GreySet,
  options: ScoreOptions,
): Promise<Score> {
  const { classifier, visible } = model;
  const stray = (["method", "chains", "temperatures", "draws"] as const).find((name) => options[name] !== undefined);
  if (stray !== undefined)
    throw new ArgumentError(`--${stray} is about log-likelihoods; leave it out for a classifier`);
  const labels = classNumbers(set, namesOf(model, classifier.classes));
  if (labels === undefined) {
    throw new ArgumentError(`--data is ${set.name}, which has no labels to tell a classifier's errors by`);
  }
  const values = meansOf(set, visible, readingOf(model, options), 0, set.count);
  const data = { rows: set.count, columns: visible.width, values };
  const found = await withBar("classifying", options.threads, (workspace) => classifier.predict(data, { workspace }));
  const errors = errorRate(found, labels);
  return { record: { errors }, lines: [`errors  ${describeErrors(errors)}`] };
}
