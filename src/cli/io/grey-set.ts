import { stat } from "node:fs/promises";
import { type Command, Option } from "commander";
import { type GreyRange, glyphs } from "../../data/index.js";
import { ArgumentError, DataError, ShapeError } from "../../errors.js";
import { quote, unknownName } from "../../names.js";
import {
  findDataSet,
  findPairs,
  type GreyImages,
  listDataSets,
  missingDataSet,
  readGreyImages,
  type Size,
} from "../../node/index.js";
import { printWarning } from "./output.js";
import { isByLabel, type Selection, selectedRows, withSelection } from "./selection.js";

/** Grey images from any source. */
export interface GreySet {
  /** Its name in messages. */
  readonly name: string;
  /** Image after image, row after row, 0 (black) to 255 (white). */
  readonly values: Uint8Array;
  readonly count: number;
  readonly shape: Size;
  /** One label per image, if the set has labels: classes as numbers, or names. */
  readonly labels?: Uint8Array | readonly string[] | undefined;
  /** The names of the classes, if they have an order of their own. */
  readonly classes?: readonly string[] | undefined;
  /** Whether the labels are names of single images, which are not classes. */
  readonly unclassed?: boolean | undefined;
}

/** The options that select images. */
export interface GreySetOptions extends Selection {
  data: string;
  split?: string | undefined;
  size?: Size;
  invert?: boolean | undefined;
  range?: GreyRange | undefined;
  strict?: true | undefined;
}

/** Adds the options that all commands on images have in common, except `--data`. */
export function withDataOptions(command: Command): Command {
  command.option("--split <part>", "part of the data set, such as test (default the only part, or train)");
  return withSelection(command)
    .option("--invert", "images are dark on light: dark pixels become 1")
    .addOption(rangeOption())
    .addOption(strictOption());
}

/** The numbers of IDX files that are black and white. */
export function rangeOption(): Option {
  return new Option(
    "--range <black,white>",
    "numbers of an IDX file for black and white (default the first of 0,1, -1,1 and 0,255 that holds all)",
  ).argParser((text): GreyRange => {
    const numbers = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
    const [black, white] = numbers;
    if (numbers.length === 2 && Number.isFinite(white - black) && white !== black) return [black, white];
    throw new ArgumentError(`--range is ${quote(text)}; expected two different numbers, such as 0,4095`);
  });
}

/** What becomes of a picture in a folder that cannot be read. */
export function strictOption(): Option {
  return new Option("--strict", "end with an error if a picture in a folder cannot be read (default skip it and warn)");
}

/** The folder of `--data`: that of a named data set, else the path of a folder. */
export async function dataFolder(data: string, alternative = "a folder with IDX files"): Promise<string> {
  const found = await findDataSet(data);
  if (found !== undefined) return found;
  const isPath = await stat(data).then(
    () => true,
    () => /[\\/]/.test(data),
  );
  if (isPath) return data;
  if (data === "mnist") throw missingDataSet(data);
  const names = [...new Set(["glyphs", "mnist", ...(await listDataSets())])];
  throw new ArgumentError(`${unknownName("--data", data, names).message}; or give ${alternative}`);
}

/**
 * The images of `--data`: glyphs, which are built in, a data set by its name, or a folder of IDX files or of images.
 *
 * @param shape the shape that a model needs; images are scaled to it, and other data must have it
 */
export async function readGreySet(options: GreySetOptions, shape?: Size): Promise<GreySet> {
  const set = await readWhole(options, shape ?? options.size);
  if (shape !== undefined && (set.shape[0] !== shape[0] || set.shape[1] !== shape[1])) {
    const found = `${set.name} has images of ${set.shape.join("x")} pixels`;
    throw new ShapeError(`${found} but the model needs ${shape.join("x")}; use the data that it was trained on`);
  }
  const { limit, perClass, invert } = options;
  if (set.unclassed && perClass !== undefined) {
    throw new ArgumentError(
      `--per-class needs images with classes, but ${set.name} is a folder of images without them`,
    );
  }
  const isSelected = limit !== undefined || isByLabel(options);
  const part = isSelected ? pick(set, selectedRows(set.labels, set.count, options, set.name)) : set;
  return invert ? { ...part, values: part.values.map((grey) => 255 - grey) } : part;
}

/** The images with the given numbers. */
export function pick(set: GreySet, rows: Uint32Array): GreySet {
  const size = set.shape[0] * set.shape[1];
  const values = new Uint8Array(rows.length * size);
  rows.forEach((row, r) => {
    values.set(set.values.subarray(row * size, (row + 1) * size), r * size);
  });
  const { labels } = set;
  const picked = labels instanceof Uint8Array ? Uint8Array.from(rows, (row) => labels[row]) : undefined;
  return {
    ...set,
    values,
    count: rows.length,
    labels: picked ?? (labels && Array.from(rows, (row) => `${labels[row]}`)),
  };
}

async function readWhole(options: GreySetOptions, size?: Size): Promise<GreySet> {
  const { data, split, size: wanted, invert, range, strict } = options;
  const limit = isByLabel(options) ? undefined : options.limit;
  if (data === "glyphs") {
    refuse(split !== undefined && "--split", data);
    refuse(wanted !== undefined && "--size", data);
    refuse(range !== undefined && "--range", data);
    const { count, shape = [16, 16], labels, ...all } = builtIn();
    return { name: data, values: all.values, count, shape, labels };
  }
  const folder = await dataFolder(data, "a folder with IDX files or images");
  const name = split === undefined ? data : `${data} (${split})`;
  if ((await findPairs(folder)).length > 0) {
    refuse(wanted !== undefined && "--size", data);
    const { labels, classes, ...all } = await readGreyImages(folder, { split, range, onWarning: printWarning });
    return { name, ...all, labels: named(labels, classes), classes };
  }
  refuse(range !== undefined && "--range", data);
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
    throw new DataError(`${folder} is not a folder; expected one with IDX files or with PNG, JPEG or WebP images`);
  }
  const reading = { split, size, invert, limit, strict, onWarning: printWarning };
  const { labels, classes, names, ...all } = await readGreyImages(folder, reading);
  return { name, ...all, labels: named(labels, classes) ?? names, classes, unclassed: names !== undefined };
}

/** Labels as numbers, or as the names of their classes. */
function named(labels: GreyImages["labels"], classes: readonly string[] | undefined): GreySet["labels"] {
  if (classes !== undefined) return labels && Array.from(labels, (label) => classes[label]);
  return labels && Uint8Array.from(labels);
}

function builtIn() {
  const all = glyphs();
  const values = new Uint8Array(all.count * all.units);
  for (let r = 0; r < all.count; r++)
    values.set(
      all.binary(r).map((bit) => 255 * bit),
      r * all.units,
    );
  return { count: all.count, shape: all.shape, labels: all.labels, values };
}

function refuse(flag: string | false, data: string): void {
  if (flag !== false) throw new ArgumentError(`${flag} cannot be used with --data ${data}; omit it`);
}
