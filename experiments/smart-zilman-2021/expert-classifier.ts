import {
  confusion,
  type LogisticRegressionOptions,
  logisticRegression,
  principalComponents,
  standardisation,
} from "engram/baselines";
import type { DataMatrix } from "engram/math";
import type { Context } from "../experiment.js";

/** Images by their features, with their digits. */
export interface Labelled {
  readonly features: DataMatrix;
  readonly labels: Uint8Array;
}

/** Errors of a classifier. */
export interface Errors {
  /** Number of misclassified test images, and of test images. */
  readonly wrong: number;
  readonly of: number;
  /** Error rate on the training images. */
  readonly training: number;
}

/** Errors of multinomial logistic regression on some features, at variance one in all directions. */
export async function classify(
  train: Labelled,
  test: Labelled,
  { workspace, signal }: Pick<Context, "workspace" | "signal">,
): Promise<Errors> {
  return regress(...whitened(train, test), { l2: LITTLE, workspace, signal });
}

/** Penalty of a fit without one: on a few linearly separable images it would not converge. */
export const LITTLE = 1e-9;

/**
 * Features rotated to their principal components over the training images, all scaled to variance one: without a penalty
 * the classifier is the same, and found in fewer steps.
 */
export function whitened(train: Labelled, test: Labelled): [train: Labelled, test: Labelled] {
  const axes = principalComponents(train.features);
  const scale = standardisation(axes.transform(train.features));
  const turn = ({ features, labels }: Labelled) => ({ features: scale.transform(axes.transform(features)), labels });
  return [turn(train), turn(test)];
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
