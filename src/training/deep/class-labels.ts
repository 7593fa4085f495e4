import { ArgumentError, DataError, requireInteger, ShapeError } from "../../errors.js";

/** Most classes: a label above is a mistake. */
const MOST_CLASSES = 2 ** 16;

/**
 * How many classes a fine-tuning is told of, if it is, before anything is made for them.
 *
 * @param classes what was asked for
 * @param own what a classifier that learns on has
 * @throws ArgumentError for fewer than 2 or more than 2^16, or another number than the classifier has
 */
export function knownClasses(classes: number | undefined, own: number | undefined): number | undefined {
  if (own === undefined) {
    if (classes !== undefined) requireInteger("classes", classes, 2, MOST_CLASSES);
    return classes;
  }
  if (classes === undefined || classes === own) return own;
  throw new ArgumentError(`classes is ${classes} but the classifier has ${own}; leave it out, or begin from the net`);
}

/**
 * Makes sure that there is a class for every row.
 *
 * @param name what messages call the labels
 * @param classes the highest label and one more where it is left out
 * @returns how many classes there are
 * @throws ShapeError for another number of labels, DataError for one that is no class
 */
export function countClasses(name: string, labels: ArrayLike<number>, rows: number, classes?: number): number {
  if (labels?.length !== rows) {
    throw new ShapeError(`${name} has ${labels?.length ?? "no"} entries for ${rows} rows; give one a row`);
  }
  let highest = 0;
  for (let r = 0; r < rows; r++) {
    const label = labels[r];
    if (!(Number.isInteger(label) && label >= 0 && label < (classes ?? MOST_CLASSES))) {
      const last = (classes ?? MOST_CLASSES) - 1;
      throw new DataError(`${name}[${r}] is ${label}; expected a class from 0 to ${last}`);
    }
    highest = Math.max(highest, label);
  }
  return classes ?? highest + 1;
}
