import type { Command } from "commander";
import { ArgumentError } from "../../errors.js";
import { quote, unknownName } from "../../names.js";
import { integerOption } from "./options.js";

/** Which images of a set are used. */
export interface Selection {
  /** Only the first of the images that the others leave. */
  limit?: number;
  /** Only the first of each class. */
  perClass?: number;
  /** Only images with one of these labels. */
  only?: readonly string[];
}

/** Adds the options of a selection. */
export function withSelection(command: Command): Command {
  return command
    .option(
      "--limit <n>",
      "use only the first n images, of a folder per class in turn from each (default all)",
      integerOption("--limit", 1),
    )
    .option(
      "--per-class <n>",
      "use only the first n images of each class (default all)",
      integerOption("--per-class", 1),
    )
    .option("--only <label,...>", "use only images with these labels, such as 3,7 (default all)", (text) =>
      text.split(","),
    );
}

/** Whether a selection leaves images out by their labels. */
export function isByLabel({ perClass, only }: Selection): boolean {
  return perClass !== undefined || only !== undefined;
}

/**
 * The rows that a selection takes: by class, in the order of the numbers of classes or else of their first images, if it is by
 * class, and in their own order otherwise.
 *
 * @param labels one for each image; undefined if there are none
 * @param name name of the set in errors
 */
export function selectedRows(
  labels: ArrayLike<string | number> | undefined,
  count: number,
  { limit, perClass, only }: Selection,
  name: string,
): Uint32Array {
  let rows = Array.from({ length: count }, (_, row) => row);
  if (perClass !== undefined || only !== undefined) {
    if (labels === undefined) {
      const flag = perClass === undefined ? "--only" : "--per-class";
      throw new ArgumentError(`${flag} needs labelled images, but ${name} has no labels`);
    }
    const names = Array.from(labels, String);
    const known = [...new Set(names)];
    for (const label of only ?? []) if (!known.includes(label)) throw unknownName("--only", label, known);
    if (only !== undefined) rows = rows.filter((row) => only.includes(names[row]));
    if (perClass !== undefined) rows = firstOfEach(rows, names, perClass);
  }
  if (limit !== undefined && limit > rows.length) {
    throw new ArgumentError(`--limit is ${limit} but ${name} has only ${rows.length} images; use a smaller number`);
  }
  return Uint32Array.from(rows.slice(0, limit));
}

function firstOfEach(rows: readonly number[], names: readonly string[], perClass: number): number[] {
  const classes = new Map<string, number[]>();
  for (const row of rows) {
    const own = classes.get(names[row]);
    if (own === undefined) classes.set(names[row], [row]);
    else own.push(row);
  }
  const isNumbered = [...classes.keys()].every((label) => /^-?\d+$/.test(label));
  const ordered = isNumbered ? [...classes].sort(([a], [b]) => Number(a) - Number(b)) : [...classes];
  return ordered.flatMap(([label, own]) => {
    if (own.length >= perClass) return own.slice(0, perClass);
    const found = `--per-class is ${perClass} but class ${quote(label)} has ${own.length} images`;
    throw new ArgumentError(`${found}; use at most that number`);
  });
}
