import { ArgumentError } from "../../errors.js";
import { type Proportion, proportion } from "../../math/binomial.js";
import { classSizes } from "../labels.js";

/** Choices of a confusion table. */
export interface ConfusionOptions {
  /** How many classes there are; the highest label and one more where it is left out. */
  readonly classes?: number | undefined;
  /** Of the interval, 0.95 by default. */
  readonly confidence?: number | undefined;
}

/** How often each class was taken for each. */
export interface Confusion {
  readonly classes: number;
  /** counts[actual * classes + predicted] */
  readonly counts: Uint32Array;
  /** The part of the rows whose prediction is wrong, with its Clopper-Pearson interval. */
  readonly errorRate: Proportion;
}

/**
 * Counts how often each class was predicted as each.
 *
 * @throws ArgumentError for no rows, ShapeError where there are not as many predictions, DataError for a label that is none
 */
export function confusion(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  { classes, confidence }: ConfusionOptions = {},
): Confusion {
  const rows = actual?.length;
  if (!(rows > 0)) throw new ArgumentError("actual is empty; expected the class of at least one row");
  const found = classSizes("actual", actual, rows, classes).length;
  const named = classSizes("predicted", predicted, rows, classes).length;
  const size = Math.max(found, named);
  const counts = new Uint32Array(size * size);
  let errors = 0;
  for (let r = 0; r < rows; r++) {
    counts[actual[r] * size + predicted[r]]++;
    if (actual[r] !== predicted[r]) errors++;
  }
  return { classes: size, counts, errorRate: proportion(errors, rows, confidence) };
}
