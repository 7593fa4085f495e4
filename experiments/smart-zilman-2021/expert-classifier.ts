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
  /** Test images that it takes for another digit, and of how many. */
  readonly wrong: number;
  readonly of: number;
  /** The part of the training images that it does. */
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

/** Penalty of a fit without one: where a few images can be told apart it would have no end. */
export const LITTLE = 1e-9;

/**
 * Features turned to their principal components over the training images, all at variance one: without a penalty the
 * classifier is the same, and found in fewer steps.
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
