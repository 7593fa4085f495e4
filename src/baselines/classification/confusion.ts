import { ArgumentError } from "../../errors.js";
import { type Proportion, proportion } from "../../math/binomial.js";
import { classSizes } from "../labels.js";

/** Options of a confusion table. */
export interface ConfusionOptions {
  /** Number of classes; defaults to the highest label plus 1. */
  readonly classes?: number | undefined;
  /** Confidence level of the interval; defaults to 0.95. */
  readonly confidence?: number | undefined;
}

/** A confusion table: how often each class was predicted as each. */
export interface Confusion {
  readonly classes: number;
  /** counts[actual * classes + predicted] */
  readonly counts: Uint32Array;
  /** The fraction of the rows whose prediction is wrong, with its Clopper-Pearson interval. */
  readonly errorRate: Proportion;
}

/**
 * Counts how often each class was predicted as each.
 *
 * @throws ArgumentError for no rows, ShapeError unless there are as many predictions, DataError for an invalid label
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
