import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { compareNames } from "../names.js";

/** Images and their labels, as files of a folder. */
export interface IdxPair {
  /** "train", "test", or a longer name where the folder holds several sets; no two pairs of a folder have the same. */
  readonly split: string;
  /** What the names of its files say besides their kind, such as "emnist-letters-train"; it names the pair as well. */
  readonly name: string;
  readonly images: string;
  readonly labels?: string | undefined;
}

/** The IDX files of a folder. */
export interface IdxFolder {
  readonly pairs: readonly IdxPair[];
  /** Label files whose names fit no images. */
  readonly unmatched: readonly string[];
}

/** The pairs of image and label files in a folder, found by their names; empty if there is no such folder or pair. */
export async function findPairs(folder: string): Promise<IdxPair[]> {
  return [...(await readIdxFolder(folder)).pairs];
}

/** The IDX files of a folder, found by their names; there are none if there is no such folder. */
export async function readIdxFolder(folder: string): Promise<IdxFolder> {
  const files = (await idxFiles(folder)).map(described).sort((a, b) => compareNames(a.key, b.key));
  // Of a plain file, a gzip file and a file within a folder of the same name either will do.
  const distinct = files.filter(({ key }, k) => files.findIndex((other) => other.key === key) === k);
  const labels = distinct.filter(({ isLabels }) => isLabels);
  const images = distinct.filter(({ isLabels }) => !isLabels);
  const used = new Set<IdxFile>();
  const pairs = images.map((file) => {
    const own = labels.find(({ stem }) => stem === file.stem);
    if (own !== undefined) used.add(own);
    return { file, labels: own };
  });
  return {
    pairs: pairs.map((pair) => ({
      split: splitOf(pair.file, images),
      name: nameOf(pair.file, images),
      images: pair.file.path,
      labels: pair.labels?.path,
    })),
    unmatched: labels.filter((file) => !used.has(file)).map(({ path }) => path),
  };
}

interface IdxFile {
  readonly path: string;
  /** The words of its name, in lower case. */
  readonly key: string;
  /** Those that it has in common with the other file of its pair. */
  readonly stem: string;
  readonly isLabels: boolean;
}

function described(path: string): IdxFile {
  const words = wordsOf(path);
  const isLabels = words.some((word) => /labels?$/.test(word)) || (words.includes("idx1") && !words.some(isImages));
  const key = words.join("-");
  return { path, key, stem: words.map(withoutRole).filter(isOwn).join("-"), isLabels };
}

function wordsOf(path: string): string[] {
  const name = path.split(/[\\/]/).at(-1) ?? "";
  return name
    .toLowerCase()
    .replace(/\.gz$/, "")
    .split(/[-_.\s]+/)
    .filter((word) => word !== "");
}

const isImages = (word: string) => /images?$/.test(word);
const withoutRole = (word: string) => word.replace(/(images?|labels?)$/, "");
/** Words for the format and the type of the elements are not part of a name. */
const isOwn = (word: string) =>
  !/^(|idx\d*|ubyte|u?int(8|16|32)?|s?byte|short|float(32|64)?|double|bin|dat|data)$/.test(word);

/** "train" or "test" if the names of a single pair of the folder say so, else the pair's name. */
function splitOf(file: IdxFile, images: readonly IdxFile[]): string {
  const part = partOf(file.stem);
  const isOnly = part !== undefined && images.filter(({ stem }) => partOf(stem) === part).length === 1;
  return isOnly ? part : nameOf(file, images);
}

function nameOf({ stem, key }: IdxFile, images: readonly IdxFile[]): string {
  const isOnly = images.filter((other) => other.stem === stem).length === 1;
  return isOnly ? stem || "all" : key;
}

/** The part of a data set that a name speaks of. */
function partOf(name: string): "train" | "test" | undefined {
  const words = name.split("-");
  if (words.some((word) => word.startsWith("train"))) return "train";
  return words.some((word) => /^(t10k|test)/.test(word)) ? "test" : undefined;
}

/** The pair for tests that belongs to a pair for training, if there is one. */
export function testPairOf(pairs: readonly IdxPair[], training: IdxPair): IdxPair | undefined {
  const setOf = ({ name }: IdxPair) =>
    name
      .split("-")
      .filter((word) => !/^(train|t10k|test)/.test(word))
      .join("-");
  const found = pairs.filter((pair) => partOf(pair.name) === "test" && setOf(pair) === setOf(training));
  return partOf(training.name) !== "test" && found.length === 1 ? found[0] : undefined;
}

/** The paths of the files in a folder, and in folders that are named like an IDX file, whose names are those of IDX files. */
async function idxFiles(folder: string): Promise<string[]> {
  const entries = (await readdir(folder, { withFileTypes: true }).catch(() => [])).filter(({ name }) =>
    isIdxName(name),
  );
  const found: string[] = [];
  const within: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const type = await typeOf(entry, path);
    if (type === "file") found.push(path);
    if (type !== "folder") continue;
    for (const inner of await readdir(path, { withFileTypes: true }).catch(() => [])) {
      const place = join(path, inner.name);
      if (isIdxName(inner.name) && (await typeOf(inner, place)) === "file") within.push(place);
    }
  }
  return [...found.sort(compareNames), ...within.sort(compareNames)];
}

/** Whether an entry of a folder is a file or a folder, links followed. */
export async function typeOf(entry: Dirent, path: string): Promise<"file" | "folder" | undefined> {
  const found = entry.isSymbolicLink() ? await stat(path).catch(() => undefined) : entry;
  return found?.isFile() ? "file" : found?.isDirectory() ? "folder" : undefined;
}

/** Names of files that systems and programs leave behind. */
export function isHidden(name: string): boolean {
  return /^(\.|~|__MACOSX$|@eaDir$|\$RECYCLE\.BIN$|lost\+found$|Thumbs\.db$|desktop\.ini$)|~$/i.test(name);
}

/** Whether a name is that of an IDX file: it says so, and has no ending of another kind, such as that of a checksum. */
function isIdxName(name: string): boolean {
  if (isHidden(name) || !/idx|ubyte/i.test(name)) return false;
  if (/^(readme|licen[cs]e|copying)|(md5|sha\d+|check|crc)-?sums?/i.test(name)) return false;
  const [, ending = ""] = /\.([^.]*)$/.exec(name.replace(/\.gz$/i, "")) ?? [];
  return ending === "" || /idx|ubyte|^(bin|dat|data)$/i.test(ending);
}
