import { ArgumentError, DataError, requireInteger, ShapeError } from "../errors.js";
import { quote, shortened } from "../names.js";

/** Maximum number of classes: a larger label is a mistake. */
const MOST_CLASSES = 2 ** 20;

/**
 * Number of rows of each class.
 *
 * @param name name of the labels in messages
 * @param labels the class of every row, 0 ... classes - 1
 * @param rows number of rows
 * @param classes number of classes; defaults to the highest label plus 1
 * @throws ShapeError unless there is one label per row, DataError for an invalid label
 */
export function classSizes(name: string, labels: ArrayLike<number>, rows: number, classes?: number): Uint32Array {
  if (classes !== undefined) requireInteger("classes", classes, 1, MOST_CLASSES);
  if (labels?.length !== rows) {
    throw new ShapeError(`${name} has ${labels?.length ?? "no"} entries for ${rows} rows; give one per row`);
  }
  const limit = classes ?? MOST_CLASSES;
  let highest = 0;
  for (let r = 0; r < rows; r++) {
    const label = labels[r];
    if (!Number.isInteger(label) || label < 0 || label >= limit) {
      throw new DataError(`${name}[${r}] is ${label}; expected the class of the row, from 0 to ${limit - 1}`);
    }
    if (label > highest) highest = label;
  }
  const sizes = new Uint32Array(classes ?? highest + 1);
  for (let r = 0; r < rows; r++) sizes[labels[r]]++;
  return sizes;
}

/** `classSizes`; throws ArgumentError for a class without rows, where `purpose` is what needs them. */
export function filledClassSizes(
  labels: ArrayLike<number>,
  rows: number,
  classes: number | undefined,
  purpose: string,
): Uint32Array {
  const sizes = classSizes("labels", labels, rows, classes);
  const empty = sizes.indexOf(0);
  if (empty < 0) return sizes;
  throw new ArgumentError(
    `class ${empty} of ${sizes.length} has no rows; ${purpose} needs at least one: number the classes without it`,
  );
}

/** Class labels as numbers. */
export interface EncodedLabels {
  /** The class of every row, 0 ... classes.length - 1. */
  readonly numbers: Uint32Array;
  /** The name of every class. */
  readonly classes: readonly string[];
}

/**
 * Numbers the classes of named rows, such as the labels of a `PatternSet`.
 *
 * @param classes their names in order; defaults to all that occur, sorted, whole numbers by their value
 * @throws DataError for a name that is not among the classes
 */
export function encodeLabels(labels: readonly string[], classes?: readonly string[]): EncodedLabels {
  const names = classes ?? [...new Set(labels)].sort(byNumberOrName);
  const places = new Map(names.map((name, k) => [name, k]));
  const numbers = Uint32Array.from(labels, (label, r) => {
    const place = places.get(label);
    if (place === undefined)
      throw new DataError(`labels[${r}] is ${quote(label)}; expected one of ${shortened(names.join(", "))}`);
    return place;
  });
  return { numbers, classes: names };
}

function byNumberOrName(a: string, b: string): number {
  if (/^\d+$/.test(a) && /^\d+$/.test(b)) return Number(a) - Number(b);
  return a < b ? -1 : a > b ? 1 : 0;
}
