import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { gunzip, isGzip } from "../data/gzip.js";
import { classesOf, type DigitOptions, digits, type GreyRange, greysOf, mnistSums, readIdx } from "../data/index.js";
import { ArgumentError, DataError, EngramError } from "../errors.js";
import type { PatternSet } from "../patterns/index.js";
import type { Warning } from "../warnings.js";
import { readBounded } from "./files.js";
import { findPairs, type IdxFolder, type IdxPair, readIdxFolder, testPairOf } from "./idx-folder.js";
import { type PictureOptions, type Pictures, readImages, readPictures } from "./images.js";
import { pictureParts } from "./picture-folder.js";

/** The largest data file that is read, in bytes, compressed or not. */
const largestFile = 2 ** 30;

/** Options of `readDataSet`. */
export interface DataSetOptions extends DigitOptions, Pick<PictureOptions, "size" | "strict" | "onWarning"> {
  /** The part: "train", "test", or another name that `findPairs` gives; defaults to the only one, or to "train". */
  readonly split?: string | undefined;
  /** Pictures of dark ink on light paper; for pictures only. */
  readonly invert?: boolean | undefined;
}

/**
 * Patterns from a folder of IDX files, or of pictures with or without a folder for each class; the labels are the classes.
 *
 * @param options the threshold is in the numbers of IDX files, and defaults to 0 for these and to 127 for pictures
 * @throws DataError if the folder holds neither, or they are damaged; ArgumentError for a split that does not exist
 */
export async function readDataSet(folder: string, options: DataSetOptions = {}): Promise<PatternSet> {
  const { split, size, onWarning, ...rest } = options;
  const idx = await readIdxFolder(folder);
  if (idx.pairs.length === 0) {
    await requirePictures(folder, idx);
    return readImages([folder], options);
  }
  requireNoSize(folder, size);
  const pair = await choosePair(folder, idx, split, onWarning);
  const { images, classes } = await readPair(pair, onWarning);
  return digits(images, classes && { shape: [classes.length], values: classes }, rest);
}

/** Options of `readGreyImages`. */
export interface GreyImageOptions extends PictureOptions {
  /** The numbers of an IDX file that are black and white; defaults to those that `greysOf` recognises. */
  readonly range?: GreyRange | undefined;
}

/** Grey images of a data set. */
export interface GreyImages {
  /** Image after image, row after row, 0 to 255. */
  readonly values: Uint8Array;
  readonly count: number;
  readonly shape: readonly [height: number, width: number];
  /** The class of each image, if the data set has classes: its place in `classes`, or the class itself without these. */
  readonly labels?: Uint8Array | Uint32Array | undefined;
  /** The names of the classes, if they are not numbers from 0 to 255. */
  readonly classes?: readonly string[] | undefined;
  /** The names of the pictures, if they are files without classes. */
  readonly names?: readonly string[] | undefined;
}

/**
 * Grey images from a folder of IDX files, or of pictures with or without a folder for each class.
 *
 * @throws DataError if the folder holds neither, or they are damaged, or no range of grey values; ArgumentError for a split
 *   that does not exist
 */
export async function readGreyImages(folder: string, options: GreyImageOptions = {}): Promise<GreyImages> {
  const { split, range, size, onWarning } = options;
  const idx = await readIdxFolder(folder);
  if (idx.pairs.length === 0) {
    await requirePictures(folder, idx);
    return asGreyImages(await readPictures([folder], options));
  }
  requireNoSize(folder, size);
  const pair = await choosePair(folder, idx, split, onWarning);
  const { images, classes: labels } = await readPair(pair, onWarning);
  const { values, count, shape, range: used } = greysOf(images, range, pair.images);
  const [black, white] = used;
  const type = images.values.constructor.name.replace("Array", "");
  if (range === undefined && (type !== "Uint8" || white !== 255)) {
    onWarning?.({ code: "scaled-images", file: pair.images, type, black, white });
  }
  if (labels === undefined) return { values, count, shape };
  if (labels.every((label) => label >= 0 && label < 256)) {
    return { values, count, shape, labels: Uint8Array.from(labels) };
  }
  const classes = [...new Set(labels)].sort((a, b) => a - b);
  return { values, count, shape, ...numbered(Array.from(labels, String), classes.map(String)) };
}

function asGreyImages({ images, labels, classes, shape }: Pictures): GreyImages {
  const values = new Uint8Array(images.length * shape[0] * shape[1]);
  images.forEach((pixels, r) => {
    values.set(pixels, r * pixels.length);
  });
  const all = { values, count: images.length, shape };
  return classes === undefined ? { ...all, names: labels } : { ...all, ...numbered(labels, classes) };
}

/** The number of each label's class. */
function numbered(labels: readonly string[], classes: readonly string[]) {
  const places = new Map(classes.map((name, c) => [name, c]));
  const numbers = labels.map((label) => places.get(label) ?? 0);
  return { labels: classes.length > 256 ? Uint32Array.from(numbers) : Uint8Array.from(numbers), classes };
}

function requireNoSize(folder: string, size: unknown): void {
  if (size === undefined) return;
  throw new ArgumentError(`size is given, but ${folder} holds IDX files, which are read in their own size; omit it`);
}

/** The pair of a part of a data set. Labels that fit no images are an error if the pair has none, else a warning. */
async function choosePair(
  folder: string,
  { pairs, unmatched }: IdxFolder,
  split: string | undefined,
  onWarning: PictureOptions["onWarning"],
): Promise<IdxPair> {
  const pair = pairNamed(folder, pairs, split);
  if (unmatched.length === 0) return pair;
  if (pair.labels === undefined) {
    const [images, labels] = [await counted(pair.images, "images"), await counted(unmatched[0], "labels")];
    throw new DataError(
      `${images} has no labels, and the name of ${labels} fits no images; rename it like its images, or move it away`,
    );
  }
  for (const file of unmatched) onWarning?.({ code: "unused-labels", file });
  return pair;
}

function pairNamed(folder: string, pairs: readonly IdxPair[], split: string | undefined): IdxPair {
  const wanted = split ?? (pairs.length === 1 ? pairs[0].split : "train");
  const found = pairs.find((pair) => pair.split === wanted) ?? pairs.find((pair) => pair.name === wanted);
  if (found !== undefined) return found;
  const what = split === undefined ? `has ${pairs.length} parts` : `has no part "${split}"`;
  throw new ArgumentError(
    `${folder} ${what}; expected one of its parts: ${pairs.map((pair) => pair.split).join(", ")}`,
  );
}

/** A part of a data set, as its readers find it. */
export interface DataPart {
  /** Its name for `split`; undefined for a folder of pictures without parts. */
  readonly split?: string | undefined;
  /** Its IDX files. */
  readonly files: readonly string[];
  /** Number of images, their shape, and the number of classes; absent if they cannot be read, or have no labels. */
  readonly images?: number;
  readonly shape?: readonly number[];
  readonly classes?: number | undefined;
  readonly warnings: readonly Warning[];
  /** Why the part cannot be read. */
  readonly error?: string;
}

/** Reads all parts of a data set, one after the other. */
export async function checkDataSet(folder: string): Promise<DataPart[]> {
  const idx = await readIdxFolder(folder);
  const parts: DataPart[] = [];
  for (const { split, images, labels } of idx.pairs) {
    const files = [images, ...(labels === undefined ? [] : [labels])];
    parts.push(await checkedPart({ split, files }, (onWarning) => checkPair(folder, idx, split, onWarning)));
  }
  if (idx.pairs.length > 0) return parts;
  for (const { name: split } of await pictureParts(folder)) {
    const check = async (onWarning: (warning: Warning) => void) => {
      const { images, shape, labels, classes } = await readPictures([folder], { split, onWarning });
      return { images: images.length, shape, classes: classes && new Set(labels).size };
    };
    parts.push(await checkedPart({ split, files: [] }, check));
  }
  return parts;
}

async function checkedPart(
  part: Pick<DataPart, "split" | "files">,
  check: (onWarning: (warning: Warning) => void) => Promise<Pick<DataPart, "images" | "shape" | "classes">>,
): Promise<DataPart> {
  const warnings: Warning[] = [];
  try {
    return { ...part, ...(await check((warning) => warnings.push(warning))), warnings };
  } catch (error) {
    if (!(error instanceof EngramError)) throw error;
    return { ...part, warnings, error: error.message };
  }
}

async function checkPair(folder: string, idx: IdxFolder, split: string, onWarning: (warning: Warning) => void) {
  const { images, classes } = await readPair(await choosePair(folder, idx, split, onWarning), onWarning);
  const [count, ...shape] = images.shape;
  return { images: count, shape, classes: classes && new Set(classes).size };
}

/** The labelled part for tests that belongs to a part for training, by its name; undefined if there is none. */
export async function testPartOf(folder: string, split?: string): Promise<string | undefined> {
  const { pairs } = await readIdxFolder(folder);
  if (pairs.length > 0) {
    const found = testPairOf(pairs, pairNamed(folder, pairs, split));
    return found?.labels && found.split;
  }
  const parts = await pictureParts(folder);
  const training = parts.find(({ name }) => name === (split ?? "train"));
  return training?.classes && parts.find(({ name }) => name !== split && /^test(ing)?$/i.test(name ?? ""))?.name;
}

/** A file with the number of items in it, as far as it can be read. */
async function counted(path: string, items: string): Promise<string> {
  const array = await readIdxFile(path).catch(() => undefined);
  return array === undefined ? path : `${path} (${array.shape[0]} ${items})`;
}

async function readPair({ images: path, labels }: IdxPair, onWarning: PictureOptions["onWarning"]) {
  const images = await readIdxFile(path, onWarning);
  if (labels === undefined) return { images, classes: undefined };
  const names = { name: labels, images: path };
  return { images, classes: classesOf(await readIdxFile(labels, onWarning), images.shape[0], names) };
}

/** Throws unless a folder without IDX files of images holds pictures, and no labels for others. */
async function requirePictures(folder: string, { unmatched }: IdxFolder): Promise<void> {
  if (unmatched.length > 0) {
    const labels = await counted(unmatched[0], "labels");
    throw new DataError(`${folder} holds ${labels} but no IDX file of images; add that file, or move the labels away`);
  }
  const found = await stat(folder).catch(() => undefined);
  const what =
    found === undefined
      ? "does not exist"
      : !found.isDirectory()
        ? "is not a folder"
        : (await pictureParts(folder)).length === 0
          ? `holds no IDX files and no PNG, JPEG or WebP images${await elsewhere(folder)}`
          : undefined;
  if (what === undefined) return;
  throw new DataError(
    `${folder} ${what}; expected a folder with files such as train-images-idx3-ubyte.gz, or with images`,
  );
}

/** A folder within that holds IDX files, if there is one. */
async function elsewhere(folder: string): Promise<string> {
  for (const entry of await readdir(folder).catch(() => [])) {
    const inner = join(folder, entry);
    if ((await findPairs(inner)).length > 0) return `, but ${inner} does`;
  }
  return "";
}

/** Reads an IDX file from the disk; errors name it by its path. */
export async function readIdxFile(path: string, onWarning?: PictureOptions["onWarning"]) {
  return readIdx(await readBounded(path, largestFile), { name: path, limit: largestFile, onWarning });
}

/** Whether a file of MNIST is the original one, by the MD5 checksum of its uncompressed content. */
export async function checkSum(path: string, name: string): Promise<{ md5: string; ok: boolean }> {
  const bytes = await readBounded(path, largestFile);
  const limit = { bytes: largestFile, source: "that are read" };
  const plain = isGzip(bytes) ? gunzip(bytes, path, () => limit).content : bytes;
  const md5 = createHash("md5").update(plain).digest("hex");
  return { md5, ok: md5 === mnistSums[name] };
}
