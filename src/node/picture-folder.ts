import { readdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { ArgumentError, DataError } from "../errors.js";
import { compareNames, listed } from "../names.js";
import { pathError } from "./files.js";
import { isHidden, typeOf } from "./idx-folder.js";

/** Endings of pictures that are read, and of others that are not: these are said to be skipped. */
const readable = [".png", ".jpg", ".jpeg", ".webp"];
const unreadable = [".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic", ".jp2", ".jxl", ".pgm", ".ppm", ".pbm"];

/** Names of folders that are parts of a data set if all folders beside them have such names. */
const partNames = /^(train|training|test|testing|val|valid|validation|dev|eval)$/i;

/** Folders nested deeper than this are not searched. */
const DEEPEST = 6;

/** A picture of a folder. */
export interface PictureFile {
  readonly path: string;
  /** The folder in which it lies, if that stands for a class. */
  readonly class?: string | undefined;
}

/** The pictures of a folder, or of one part of it. */
export interface PicturePart {
  /** The part's name; undefined if the folder has no parts. */
  readonly name?: string | undefined;
  /** By class and then by name, with runs of digits in names compared as numbers. */
  readonly files: readonly PictureFile[];
  /** The classes of all parts, if there is a folder for each. */
  readonly classes?: readonly string[] | undefined;
}

/**
 * The pictures of a folder: its own (`0.png`), those of a folder for each class (`cat/0.png`), or of parts with either
 * (`train/0.png`, `train/cat/0.png`); no parts if there are no pictures.
 *
 * @throws DataError for pictures beside folders of pictures, at different depths, or nested deeper
 */
export async function pictureParts(folder: string): Promise<PicturePart[]> {
  const tree = await treeOf(folder, DEEPEST);
  if (tree === undefined) return [];
  requireOneLevel(tree);
  const depth = depthOf(tree);
  if (depth > 2) {
    throw new DataError(
      `${folder} holds pictures nested in ${depth} folders, such as ${samplePath(tree)}; ` +
        "expected at most a part and a class: train/cat/0.png",
    );
  }
  const hasParts = depth === 2 || (depth === 1 && tree.folders.every(({ name }) => partNames.test(name)));
  if (!hasParts) return [{ files: filesOf(tree), classes: classesOf([tree]) }];
  const classes = classesOf(tree.folders);
  return tree.folders.map((part) => ({ name: part.name, files: filesOf(part), classes }));
}

/**
 * The pictures of one part of a folder.
 *
 * @param split name of the part; defaults to the only one, or to "train"
 * @throws the errors of `pictureParts`; DataError if there are no pictures; ArgumentError for a part that does not exist
 */
export async function choosePictures(folder: string, split?: string): Promise<PicturePart> {
  const parts = await pictureParts(folder);
  if (parts.length === 0) {
    throw new DataError(`${folder} holds no PNG, JPEG or WebP images; give a folder that does`);
  }
  if (parts[0].name === undefined) {
    if (split === undefined) return parts[0];
    throw new ArgumentError(`${folder} has no part "${split}": it has no parts; omit it`);
  }
  const wanted = split ?? (parts.length === 1 ? parts[0].name : "train");
  const found =
    parts.find(({ name }) => name === wanted) ?? parts.find(({ name }) => name?.toLowerCase() === wanted.toLowerCase());
  if (found !== undefined) return found;
  const names = parts.map(({ name }) => name).join(", ");
  throw new ArgumentError(`${folder} has no part "${wanted}"; expected one of its parts: ${names}`);
}

/** A folder with pictures somewhere within. */
interface Tree {
  readonly name: string;
  readonly path: string;
  readonly pictures: readonly string[];
  readonly folders: readonly Tree[];
}

async function treeOf(path: string, levels: number, name = path): Promise<Tree | undefined> {
  const pictures: string[] = [];
  const folders: Tree[] = [];
  for (const entry of await entriesOf(path)) {
    const isPicture = [...readable, ...unreadable].includes(extname(entry.name).toLowerCase());
    const type = await typeOf(entry, join(path, entry.name));
    if (type === "file" && isPicture) pictures.push(entry.name);
    if (type !== "folder" || levels === 0) continue;
    const inner = await treeOf(join(path, entry.name), levels - 1, entry.name);
    if (inner !== undefined) folders.push(inner);
  }
  if (pictures.length + folders.length === 0) return undefined;
  folders.sort((a, b) => compareNames(a.name, b.name));
  return { name, path, pictures: pictures.sort(compareNames), folders };
}

async function entriesOf(path: string) {
  try {
    return (await readdir(path, { withFileTypes: true })).filter(({ name }) => !isHidden(name));
  } catch (error) {
    throw pathError(error, path, "read", DataError);
  }
}

/** Throws if pictures lie beside folders of pictures, or folders of one level hold pictures at different depths. */
function requireOneLevel(tree: Tree): void {
  const { path, pictures, folders } = tree;
  for (const inner of folders) requireOneLevel(inner);
  if (folders.length === 0) return;
  const expected = "give a folder of pictures, or one with a folder for each class: cat/0.png, dog/0.png";
  if (pictures.length > 0) {
    const found = `the picture ${pictures[0]} beside the folder of pictures ${folders[0].name}`;
    throw new DataError(`${path} holds ${found}; ${expected}`);
  }
  const other = folders.find((inner) => depthOf(inner) !== depthOf(folders[0]));
  if (other === undefined) return;
  const paths = listed([folders[0], other].map(samplePath));
  throw new DataError(`${path} holds pictures at different depths, ${paths}; ${expected}`);
}

function depthOf({ folders }: Tree): number {
  return folders.length === 0 ? 0 : 1 + depthOf(folders[0]);
}

function samplePath({ path, pictures, folders }: Tree): string {
  return pictures.length > 0 ? join(path, pictures[0]) : samplePath(folders[0]);
}

function filesOf({ path, pictures, folders }: Tree): PictureFile[] {
  const own = pictures.map((name) => ({ path: join(path, name) }));
  return [
    ...own,
    ...folders.flatMap((inner) => filesOf(inner).map((file) => ({ path: file.path, class: inner.name }))),
  ];
}

/** The names of all folders for classes, in their order; undefined if there are none. */
function classesOf(trees: readonly Tree[]): string[] | undefined {
  const names = new Set(trees.flatMap(({ folders }) => folders.map(({ name }) => name)));
  return names.size === 0 ? undefined : [...names].sort(compareNames);
}
