import {
  confusion,
  type DataMatrix,
  type LogisticRegressionOptions,
  logisticRegression,
  principalComponents,
  standardisation,
} from "engram";
import type { Context } from "../experiment.js";

/** Images by their features, with their digits. */
export interface Labelled {
  readonly features: DataMatrix;
  readonly labels: Uint8Array;
}

/** Errors of a classifier. */
export interface Errors {
  /** Test images that it takes for another digit, and of how many. */
  readonly wrong: number;
  readonly of: number;
  /** The part of the training images that it does. */
  readonly training: number;
}

/**
 * Errors of multinomial logistic regression on some features. They are first turned to their principal components, all at
 * variance one: without a penalty the classifier is the same, and found in fewer steps.
 */
export async function classify(
  train: Labelled,
  test: Labelled,
  { workspace, signal }: Pick<Context, "workspace" | "signal">,
): Promise<Errors> {
  const axes = principalComponents(train.features);
  const turned = axes.transform(train.features);
  const scale = standardisation(turned);
  const features = { train: scale.transform(turned), test: scale.transform(axes.transform(test.features)) };
  return regress(
    { features: features.train, labels: train.labels },
    { features: features.test, labels: test.labels },
    // A fit to a few images that can be told apart has no end without it.
    { l2: 1e-9, workspace, signal },
  );
}

/** Errors of multinomial logistic regression on features as they are. */
export async function regress(
  train: Labelled,
  test: Labelled,
  options: LogisticRegressionOptions = {},
): Promise<Errors> {
  const model = await logisticRegression(train.features, train.labels, { classes: 10, ...options });
  const error = ({ features, labels }: Labelled) =>
    confusion(labels, model.predict(features), { classes: 10 }).errorRate;
  const { count, trials } = error(test);
  return { wrong: count, of: trials, training: error(train).value };
}
