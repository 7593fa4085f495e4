import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { gunzip, isGzip } from "../data/gzip.js";
import { type DigitOptions, digits, mnistSums, readIdx } from "../data/index.js";
import { ArgumentError, DataError } from "../errors.js";
import type { PatternSet } from "../patterns/index.js";
import { readBounded } from "./files.js";

/** The largest data file that is read, in bytes, compressed or not. */
const largestFile = 2 ** 30;

/** Images and their labels, as files of a folder. */
export interface IdxPair {
  /** "train", "test", or the name of another part. */
  readonly split: string;
  readonly images: string;
  readonly labels?: string | undefined;
}

/** The platform's folder for a user's data. */
export function userDataFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { XDG_DATA_HOME, LOCALAPPDATA } = environment;
  if (XDG_DATA_HOME) return join(XDG_DATA_HOME, "engram");
  if (process.platform === "win32") return join(LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "engram");
  if (process.platform === "darwin") return join(homedir(), "Library", "Application Support", "engram");
  return join(homedir(), ".local", "share", "engram");
}

/** The folders searched for data sets, in this order: ENGRAM_DATA if it is set, then the user's data folder. */
export function dataFolders(environment: NodeJS.ProcessEnv = process.env): string[] {
  const { ENGRAM_DATA } = environment;
  return [...(ENGRAM_DATA ? [ENGRAM_DATA] : []), userDataFolder(environment)];
}

/** The folder of a named data set that contains IDX files; undefined if no data folder has one. */
export async function findDataSet(name: string, environment?: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const folder of dataFolders(environment)) {
    const candidate = join(folder, name);
    if ((await findPairs(candidate)).length > 0) return candidate;
  }
  return undefined;
}

/** The names of the data sets in the data folders. */
export async function listDataSets(environment?: NodeJS.ProcessEnv): Promise<string[]> {
  const names = await Promise.all(dataFolders(environment).map((folder) => readdir(folder).catch(() => [])));
  const distinct = [...new Set(names.flat())].sort();
  const found = await Promise.all(distinct.map((name) => findDataSet(name, environment)));
  return distinct.filter((_, k) => found[k] !== undefined);
}

/** The error for a data set that no data folder has; it says how to add it. */
export function missingDataSet(name: string, environment?: NodeJS.ProcessEnv): DataError {
  const places = dataFolders(environment).map((folder) => join(folder, name));
  return new DataError(
    `data set ${name} not found (searched ${places.join(" and ")}); put its IDX files there, or set ENGRAM_DATA to the folder that contains ${name}/`,
  );
}

/** The pairs of image and label files in a folder, found by their names; empty if there is no such folder or pair. */
export async function findPairs(folder: string): Promise<IdxPair[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => /idx|ubyte/i.test(name)).sort();
  const labels = new Map(names.filter(isLabels).map((name) => [stem(name), name]));
  const pairs = new Map<string, IdxPair>();
  for (const name of names.filter((name) => !isLabels(name))) {
    const key = stem(name);
    // In sorted order the plain file comes before the gzip file; either will do.
    if (pairs.has(key)) continue;
    const label = labels.get(key);
    pairs.set(key, { split: splitOf(key), images: join(folder, name), labels: label && join(folder, label) });
  }
  return [...pairs.values()];
}

const isLabels = (name: string) => /labels?/i.test(name);

/** The common part of the names of two files that belong together. */
function stem(name: string): string {
  return name
    .toLowerCase()
    .replace(/\.gz$/, "")
    .split(/[-_.]+/)
    .filter((word) => !/^(images?|labels?|idx\d*|ubyte)$/.test(word))
    .join("-");
}

function splitOf(stem: string): string {
  if (/train/.test(stem)) return "train";
  if (/t10k|test/.test(stem)) return "test";
  return stem === "" ? "all" : stem;
}

/** Options of `readDataSet`. */
export interface DataSetOptions extends DigitOptions {
  /** "train", "test", or another part in the folder; defaults to the only part, or to "train" if there are several. */
  readonly split?: string | undefined;
}

/**
 * Patterns from a folder of IDX files.
 *
 * @throws DataError if the folder holds none or they are damaged; ArgumentError for a split that does not exist
 */
export async function readDataSet(folder: string, { split, ...options }: DataSetOptions = {}): Promise<PatternSet> {
  const { images, labels } = await pairOf(folder, split);
  return digits(await readIdxFile(images), labels === undefined ? undefined : await readIdxFile(labels), options);
}

/** Grey images as stored in the files, one byte per pixel. */
export interface GreyImages {
  /** Image after image, row after row, 0 to 255. */
  readonly values: Uint8Array;
  readonly count: number;
  readonly shape: readonly [height: number, width: number];
  /** One whole number per image, if the data set has labels. */
  readonly labels?: Uint8Array | undefined;
}

/**
 * Grey images from a folder of IDX files.
 *
 * @throws DataError if the folder holds none, or they are damaged or not bytes; ArgumentError for a split that does not exist
 */
export async function readGreyImages(
  folder: string,
  { split }: Pick<DataSetOptions, "split"> = {},
): Promise<GreyImages> {
  const pair = await pairOf(folder, split);
  const images = await readIdxFile(pair.images);
  const { values } = images;
  const [count, height, width] = images.shape;
  if (!(values instanceof Uint8Array) || images.shape.length !== 3) {
    const kind = values.constructor.name.replace("Array", "");
    throw new DataError(`${pair.images} holds ${kind} of ${images.shape.join(" x ")}; expected images of Uint8`);
  }
  if (pair.labels === undefined) return { values, count, shape: [height, width] };
  const labels = await readIdxFile(pair.labels);
  if (!(labels.values instanceof Uint8Array) || labels.shape.length !== 1 || labels.shape[0] !== count) {
    throw new DataError(
      `${pair.labels} holds ${labels.shape.join(" x ")} labels; expected one byte for each of ${count} images`,
    );
  }
  return { values, count, shape: [height, width], labels: labels.values };
}

/** The files of one part of a data set. */
async function pairOf(folder: string, split: string | undefined): Promise<IdxPair> {
  const pairs = await findPairs(folder);
  if (pairs.length === 0) throw await noPairs(folder);
  const wanted = split ?? (pairs.length === 1 ? pairs[0].split : "train");
  const found = pairs.filter((pair) => pair.split === wanted);
  if (found.length === 1) return found[0];
  const splits = pairs.map((pair) => pair.split).join(", ");
  const what = found.length === 0 ? `has no part "${wanted}"` : `has ${found.length} parts "${wanted}"`;
  throw new ArgumentError(`${folder} ${what}; expected one of its parts: ${splits}`);
}

async function noPairs(folder: string): Promise<DataError> {
  const found = await stat(folder).catch(() => undefined);
  const what = found === undefined ? "does not exist" : found.isDirectory() ? "holds no IDX files" : "is not a folder";
  return new DataError(`${folder} ${what}; expected a folder with files such as train-images-idx3-ubyte.gz`);
}

/** Reads an IDX file from the disk; errors name it by its path. */
export async function readIdxFile(path: string) {
  return readIdx(await readBounded(path, largestFile), { name: path, limit: largestFile });
}

/** Whether a file of MNIST is the original one, by the MD5 checksum of its uncompressed content. */
export async function checkSum(path: string, name: string): Promise<{ md5: string; ok: boolean }> {
  const bytes = await readBounded(path, largestFile);
  const limit = { bytes: largestFile, source: "that are read" };
  const plain = isGzip(bytes) ? gunzip(bytes, path, () => limit).content : bytes;
  const md5 = createHash("md5").update(plain).digest("hex");
  return { md5, ok: md5 === mnistSums[name] };
}
