import { ArgumentError, DataError } from "../../errors.js";
import { type Proportion, proportion } from "../../math/index.js";
import { quote } from "../../names.js";
import type { ModelNotes } from "../../storage/index.js";
import type { Warning } from "../../warnings.js";
import type { GreySet } from "../io/grey-set.js";

/** The names of the classes of images, in the order of their numbers; numeric labels keep their numbers. */
export function classNames(set: GreySet, flag: string): string[] {
  const { labels, name } = set;
  if (labels === undefined || set.unclassed)
    throw new ArgumentError(`${flag} needs labelled images, but ${unlabelled(set)}`);
  const names = labels instanceof Uint8Array ? numbersUpTo(labels) : [...new Set(labels)];
  if (set.classes !== undefined) names.sort((a, b) => set.classes!.indexOf(a) - set.classes!.indexOf(b));
  if (names.length > 1) return names;
  throw new DataError(`${name} has images of only one class; ${flag} needs at least 2`);
}

function numbersUpTo(labels: Uint8Array): string[] {
  return Array.from({ length: labels.reduce((most, label) => Math.max(most, label), 0) + 1 }, (_, c) => String(c));
}

/** That images have no classes, and what to do, for an error. */
export function unlabelled({ name, unclassed }: GreySet): string {
  if (!unclassed) return `${name} has no labels`;
  return `${name} is a folder of images without classes; put the images of each class into a folder of its own, such as cat/ and dog/`;
}

/** The names of a model's classes. */
export function namesOf({ notes }: ModelNotes, classes: number): string[] {
  const names = notes?.classes;
  if (Array.isArray(names) && names.length === classes) return names.map(String);
  return Array.from({ length: classes }, (_, c) => String(c));
}

/** The class number of every image, for a model with these class names; undefined if they have no classes. */
export function classNumbers(set: GreySet, names: readonly string[]): Uint32Array | undefined {
  const { labels, name } = set;
  if (labels === undefined || set.unclassed) return undefined;
  const numbers = new Map(names.map((own, c) => [own, c]));
  return Uint32Array.from(labels as ArrayLike<string | number>, (label) => {
    const found = numbers.get(String(label));
    if (found !== undefined) return found;
    throw new DataError(`${name} has an image of class ${quote(label)}; the model was trained on ${listed(names)}`);
  });
}

/** The class of every image; throws for images without labels. */
export function requireLabels(set: GreySet, names: readonly string[], command: string): Uint32Array {
  const labels = classNumbers(set, names);
  if (labels !== undefined) return labels;
  throw new ArgumentError(`${command} needs labelled images, but ${unlabelled(set)}`);
}

/** An error rate above this fraction of that of a constant class means that nothing was learned. */
const HARDLY = 0.95;

/** A warning if a classifier with this error rate is hardly better than one class for all images. */
export function nothingLearned(labels: Uint32Array, classes: number, errors: number): Warning | undefined {
  const counts = new Uint32Array(classes);
  for (const label of labels) counts[label]++;
  const guessed = 1 - Math.max(...counts) / labels.length;
  return errors <= HARDLY * guessed ? undefined : { code: "nothing-learned", errors, guessed };
}

/** The error rate, the fraction of images assigned to a wrong class, with its 95 % confidence interval. */
export function errorRate(found: ArrayLike<number>, labels: ArrayLike<number>): Proportion {
  let errors = 0;
  for (let r = 0; r < labels.length; r++) if (found[r] !== labels[r]) errors++;
  return proportion(errors, labels.length);
}

/** A fraction in percent, without the sign. */
export function percent(part: number): string {
  return (100 * part).toFixed(2);
}

/** "1.27 % of the images, 1.06 to 1.51 % with 95 % confidence". */
export function describeErrors({ count, trials, value, low, high }: Proportion): string {
  return `${percent(value)} % (${count} of ${trials}), ${percent(low)} to ${percent(high)} % with 95 % confidence`;
}

export function listed(names: readonly string[]): string {
  return names.length > 12 ? `${names.length} others` : names.join(", ");
}
