import { stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { digits, type GreyRange, glyphs } from "../../data/index.js";
import { ArgumentError, DataError } from "../../errors.js";
import type { Items, MemoryKind, Pairs } from "../../memories/index.js";
import { readBounded } from "../../node/files.js";
import { findPairs, readDataSet, readGreyImages, readImages, type Size } from "../../node/index.js";
import { PatternSet } from "../../patterns/index.js";
import type { Warning } from "../../warnings.js";
import { dataFolder } from "../io/grey-set.js";
import { type Selection, selectedRows } from "../io/selection.js";
import { isVectorFile, readVectorItems } from "./vector-items.js";

/** The options of `engram store` that select the items. */
export interface ItemOptions extends Selection {
  pairs?: string[];
  data?: string;
  split?: string;
  size?: Size;
  rightSize?: Size;
  threshold?: number;
  range?: GreyRange;
  invert?: true;
  strict?: true;
  /** A file of labels, for vectors. */
  labels?: string;
  /** A file of vectors that are stored as the values of the others. */
  values?: string;
}

/** The options that say how items are read, and the sources with which they cannot be used. */
const readingOptions = [
  { key: "split", flag: "--split", not: ["images", "pairs", "glyphs"] },
  { key: "perClass", flag: "--per-class", not: ["images", "pairs", "glyphs"] },
  { key: "limit", flag: "--limit", not: ["pairs"] },
  { key: "only", flag: "--only", not: ["pairs"] },
  { key: "threshold", flag: "--threshold", not: ["glyphs"] },
  { key: "range", flag: "--range", not: ["images", "folders", "pairs", "glyphs"] },
  { key: "size", flag: "--size", not: ["idx", "glyphs"] },
  { key: "rightSize", flag: "--right-size", not: ["images", "folders", "idx", "glyphs"] },
  { key: "invert", flag: "--invert", not: ["idx", "glyphs"] },
] as const;

/** Where items come from: folders are those of images, named by --data or as arguments. */
type Source = "images" | "folders" | "pairs" | "glyphs" | "idx";

/**
 * Reads the items to store: images, pairs of images, or a data set, whose pictures are paired with their labels for a memory
 * of pairs.
 *
 * @throws ArgumentError for sources or options that cannot be combined
 */
export async function readItems(
  kind: MemoryKind,
  paths: readonly string[],
  options: ItemOptions,
  onWarning: (warning: Warning) => void,
): Promise<Items> {
  const { pairs, data } = options;
  requireOneSource(paths, options);
  if (kind.items === "vectors" && pairs === undefined && options.threshold === undefined) {
    return readVectorItems(paths, options);
  }
  requireNoVectors(kind, paths, options);
  const folder = data === undefined || data === "glyphs" ? undefined : await dataFolder(data, alternative);
  const source = await sourceOf(paths, options, folder);
  for (const { key, flag, not } of readingOptions) {
    if (options[key] === undefined || !not.some((other) => other === source)) continue;
    const what = data === undefined ? (pairs === undefined ? "images" : "--pairs") : `--data ${data}`;
    throw new ArgumentError(`${flag} cannot be used with ${what}; omit it`);
  }
  if (kind.items === "pairs" && paths.length > 0) {
    throw new ArgumentError(
      `a memory of the kind ${kind.name} stores pairs; give them by --pairs left-folder right-folder`,
    );
  }
  if (kind.items !== "pairs" && source === "pairs") {
    throw new ArgumentError(`--pairs is for a kind that stores pairs; ${kind.name} stores ${kind.items}: give images`);
  }
  if (pairs !== undefined) return readPairs(pairs, options);
  const set = await readSet(source, folder, paths, options, onWarning);
  return kind.items === "pairs" ? withLabels(set) : set;
}

/** Refuses what only a memory of real vectors takes. */
function requireNoVectors(kind: MemoryKind, paths: readonly string[], { labels, values }: ItemOptions): void {
  const remedy =
    kind.items === "vectors"
      ? "omit --threshold, which makes spins of pictures"
      : "use a kind of real vectors, such as modern";
  const file = paths.find(isVectorFile);
  const flag = labels === undefined ? (values === undefined ? undefined : "--values") : "--labels";
  if (file === undefined && flag === undefined) return;
  throw new ArgumentError(`${file ?? flag} is for real vectors; ${remedy}`);
}

/** The selected patterns of a source. */
async function readSet(
  source: Source,
  folder: string | undefined,
  paths: readonly string[],
  options: ItemOptions,
  onWarning: (warning: Warning) => void,
): Promise<PatternSet> {
  if (source === "idx" && folder !== undefined) return readIdxSet(folder, options, onWarning);
  const { limit, perClass, only, ...rest } = options;
  // Which images are read may depend on their number alone, not on labels.
  const reading =
    only === undefined ? { ...rest, perClass, limit: perClass === undefined ? limit : undefined } : { ...rest };
  const set =
    source === "glyphs"
      ? glyphs()
      : folder === undefined
        ? await readImages(paths, { ...reading, onWarning })
        : await readDataSet(folder, { ...reading, onWarning });
  if (limit === undefined && only === undefined) return set;
  const selection = only === undefined ? { ...(limit !== undefined && { limit }) } : options;
  return set.select(selectedRows(set.labels, set.count, selection, options.data ?? paths.join(" ")));
}

const alternative = "a folder with IDX files or images";

/** Patterns from a folder of IDX files; a threshold is a grey value, whatever numbers the files hold. */
async function readIdxSet(
  folder: string,
  { split, threshold, range, data = folder, ...selection }: ItemOptions,
  onWarning: (warning: Warning) => void,
): Promise<PatternSet> {
  const { limit, only, perClass } = selection;
  const choose =
    limit === undefined && only === undefined
      ? undefined
      : (labels: readonly string[] | undefined, count: number) => selectedRows(labels, count, selection, data);
  if (threshold === undefined && range === undefined) {
    return readDataSet(folder, { split, perClass, choose, onWarning });
  }
  const { values, count, shape, labels, classes } = await readGreyImages(folder, { split, range, onWarning });
  const numbers = labels && Int32Array.from(labels, (label) => Number(classes?.[label] ?? label));
  return digits({ shape: [count, ...shape], values }, numbers && { shape: [count], values: numbers }, {
    perClass,
    threshold,
    choose,
  });
}

async function sourceOf(
  paths: readonly string[],
  { pairs, data }: ItemOptions,
  folder: string | undefined,
): Promise<Source> {
  if (pairs !== undefined) return "pairs";
  if (data === "glyphs") return "glyphs";
  if (folder !== undefined) return (await findPairs(folder)).length > 0 ? "idx" : "folders";
  const found = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
  return found.some((entry) => entry?.isDirectory()) ? "folders" : "images";
}

function requireOneSource(paths: readonly string[], { pairs, data }: ItemOptions): void {
  const given = [
    ...(data === undefined ? [] : [`--data ${data}`]),
    ...(pairs === undefined ? [] : ["--pairs"]),
    ...(paths.length === 0 ? [] : [`images (${paths[0]})`]),
  ];
  if (given.length === 0) {
    throw new ArgumentError(
      "there is nothing to store: give images, folders of images, --pairs, or --data with a data set",
    );
  }
  if (given.length > 1) throw new ArgumentError(`${given[0]} and ${given[1]} cannot be combined; use one of them`);
}

/** Pairs of images: from two folders by sorted names, from a folder with left/ and right/, or from a CSV of two columns. */
async function readPairs(paths: readonly string[], options: ItemOptions): Promise<Pairs<PatternSet>> {
  const { left, right } = await sidesOf(paths);
  const { size, rightSize = size, threshold, invert } = options;
  const pairs = {
    left: await readImages(left, { size, threshold, invert }),
    right: await readImages(right, { size: rightSize, threshold, invert }),
  };
  if (pairs.left.count !== pairs.right.count) {
    throw new DataError(
      `${paths.join(" and ")} hold ${pairs.left.count} images on the left and ${pairs.right.count} on the right; give the same number`,
    );
  }
  return pairs;
}

async function sidesOf(paths: readonly string[]): Promise<{ left: readonly string[]; right: readonly string[] }> {
  const [first, second] = paths;
  if (paths.length > 2) {
    throw new ArgumentError(
      `--pairs has ${paths.length} paths; give two folders, one folder with left/ and right/, or a CSV file`,
    );
  }
  if (second !== undefined) return { left: [first], right: [second] };
  const found = await stat(first).catch(() => undefined);
  if (found === undefined)
    throw new DataError(`${first} does not exist; give two folders, one with left/ and right/, or a CSV file`);
  if (found.isDirectory()) return { left: [join(first, "left")], right: [join(first, "right")] };
  return readTable(first);
}

/** The largest table of pairs that is read, in bytes. */
const LARGEST_TABLE = 2 ** 26;

/** The two columns of a CSV of files, which are relative to it. */
async function readTable(path: string): Promise<{ left: string[]; right: string[] }> {
  const text = new TextDecoder().decode(await readBounded(path, LARGEST_TABLE));
  const left: string[] = [];
  const right: string[] = [];
  text.split(/\r?\n/).forEach((line, at) => {
    if (line.trim() === "") return;
    const cells = line.split(",").map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
    if (cells.length !== 2 || cells.includes("")) {
      throw new DataError(
        `${path} has ${cells.length} columns in line ${at + 1}; expected two, the left file and the right one`,
      );
    }
    // A header, if there is one.
    if (at === 0 && cells[0].toLowerCase() === "left" && cells[1].toLowerCase() === "right") return;
    left.push(resolve(dirname(path), cells[0]));
    right.push(resolve(dirname(path), cells[1]));
  });
  if (left.length === 0) throw new DataError(`${path} holds no pairs; give a line for each, left.png,right.png`);
  return { left, right };
}

/** Pictures on the left; on the right their labels, one unit per label, which is +1 for its own and -1 for the others. */
function withLabels(set: PatternSet): Pairs<PatternSet> {
  const { labels } = set;
  if (labels === undefined) {
    throw new DataError("the data set has no labels to pair its pictures with; give pairs of images by --pairs");
  }
  const names = [...new Set(labels)];
  const rows = labels.map((label) => Int8Array.from(names, (name) => (name === label ? 1 : -1)));
  return { left: set, right: PatternSet.from(rows, { labels }) };
}
