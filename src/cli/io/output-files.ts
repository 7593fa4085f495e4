import type { BigIntStats } from "node:fs";
import { open, realpath, stat } from "node:fs/promises";
import { dirname, extname, sep } from "node:path";
import { Option } from "commander";
import { ArgumentError } from "../../errors.js";
import { listed } from "../../names.js";
import { followed, ifMissing, pathError, requirePath, tryPlace } from "../../node/files.js";
import { requireUnlocked } from "../../node/lock.js";

/*
 * What all commands do before they write: no file is written over an input, over a file of another format or over a model,
 * and every place is tried before the work begins.
 */

/** A format that commands write. */
export interface FileFormat {
  /** In messages, such as "a PNG picture". */
  readonly title: string;
  /** Endings of names; the first one is the usual one. */
  readonly endings: readonly string[];
  /** Whether a name may have no ending. */
  readonly bare?: boolean;
  /** Whether a file that begins with these bytes has this format, as the command writes it. */
  matches(head: Buffer): boolean;
}

const startsWith = (head: Buffer, text: string) => head.subarray(0, text.length).equals(Buffer.from(text, "latin1"));

/** The beginning of the header of a safetensors file, which follows its length. */
function headerOf(head: Buffer): string | undefined {
  if (head.length < 10 || head.readBigUInt64LE() > 2 ** 32) return undefined;
  const header = head.toString("latin1", 8);
  return header.startsWith("{") ? header : undefined;
}

/** The first member of a zip archive. */
const firstMember = (head: Buffer) =>
  startsWith(head, "PK\x03\x04") && head.length > 30
    ? head.toString("latin1", 30, 30 + head.readUInt16LE(26))
    : undefined;

/** The first tensors of a file of features. */
const FEATURES = /^\{"(features|labels)":/;

/** A memory, a model or a checkpoint. */
export const modelFormat: FileFormat = {
  title: "a model file",
  endings: [".safetensors"],
  bare: true,
  matches: (head) => headerOf(head) !== undefined && !FEATURES.test(headerOf(head) ?? ""),
};

/** The state of a training. */
export const checkpointFormat: FileFormat = {
  title: "a checkpoint",
  endings: [".safetensors"],
  bare: true,
  matches: (head) => /"model":"checkpoint"/.test(headerOf(head) ?? ""),
};

/** Arrays for scikit-learn. */
export const scikitLearnFormat: FileFormat = {
  title: "a .npz file",
  endings: [".npz"],
  matches: (head) => firstMember(head) !== undefined && firstMember(head) !== "features.npy",
};

export const pictureFormat: FileFormat = {
  title: "a PNG picture in grey",
  endings: [".png"],
  // The type of colour, the tenth byte of the first chunk (PNG, section 11.2.1): a photograph in colour was not written here.
  matches: (head) => startsWith(head, "\x89PNG\r\n\x1a\n") && head[25] === 0,
};

export const figureFormat: FileFormat = {
  title: "a figure of engram reproduce",
  endings: [".svg"],
  matches: (head) => /^<svg [^>]*><style>\s*svg \{ color/.test(head.toString("latin1")),
};

export const resultsFormat: FileFormat = {
  title: "a file of results of engram reproduce",
  endings: [".json"],
  matches: (head) => /^\s*(\[\s*)?\{\s*"id": "/.test(head.toString("latin1")),
};

/** Tables of features, by the ending of the name. */
export const featureFormats: readonly FileFormat[] = [
  { title: "a table of features", endings: [".npz"], matches: (head) => firstMember(head) === "features.npy" },
  {
    title: "a table of features",
    endings: [".csv"],
    matches: (head) => /^(label,)?h0[,\r\n]/.test(head.toString("latin1")),
  },
  { title: "a table of features", endings: [".safetensors"], matches: (head) => FEATURES.test(headerOf(head) ?? "") },
];

/** A file that a command is to write. */
export interface OutputFile {
  /** In messages, such as "--out". */
  readonly flag: string;
  /** Nothing is written without a path. */
  readonly path: string | undefined;
  /** The format, or several to be told apart by the ending. */
  readonly format: FileFormat | readonly FileFormat[];
  /** Whether a model that is there may be replaced: it belongs to the training that goes on, or was given up. */
  readonly replaces?: boolean | undefined;
}

/** A file or a folder that a command reads. */
export interface InputFile {
  /** In messages, such as "--cue" or "the model". */
  readonly flag: string;
  /** Nothing is read without a path, or if nothing exists there. */
  readonly path: string | undefined;
}

/** The option to replace files. */
export function forceOption(): Option {
  return new Option("--force", "replace an existing file of any format, unless it is an input of the command");
}

/**
 * Checks all files that a command is to write, before its work begins: that their names fit what is written, that none is
 * an input of the command or another output, that no model and no file of another format is lost without `force`, that no
 * training is writing it, and that a file can be written at the place.
 *
 * @throws ArgumentError naming the option, the path and the remedy; FileError if the disk fails
 */
export async function claimOutputs(
  outputs: readonly OutputFile[],
  { inputs = [], force = false }: { readonly inputs?: readonly InputFile[]; readonly force?: boolean | undefined } = {},
): Promise<void> {
  const read = (await Promise.all(inputs.map(inputAt))).flatMap((input) => input ?? []);
  const claimed: Claimed[] = [];
  for (const { flag, path, format, replaces } of outputs) {
    if (path === undefined) continue;
    requirePath(path, named(flag));
    const chosen = formatOf(flag, path, format);
    await requireFolder(flag, path);
    const own = await placeOf(flag, path);
    for (const input of read) if (isSame(own, input)) throw collision(flag, path, input.flag);
    for (const other of claimed) if (isSame(own, other)) throw collision(flag, path, other.flag);
    claimed.push(own);
    await requireUnlocked(flag, path);
    if (own.size !== undefined && !force) await requireReplaceable(flag, path, chosen, replaces === true);
    await tryPlace(path);
  }
}

/** A file or a folder on the disk. */
interface Claimed {
  readonly flag: string;
  readonly target: string;
  readonly device?: bigint;
  readonly inode?: bigint;
  /** Bytes; undefined if the file does not exist yet. */
  readonly size?: bigint;
  /** Whether all pictures in it are inputs. */
  readonly isFolder?: boolean;
}

async function inputAt({ flag, path }: InputFile): Promise<Claimed | undefined> {
  if (path === undefined) return undefined;
  try {
    const found = await stat(path, { bigint: true });
    return {
      flag,
      target: await realpath(path),
      device: found.dev,
      inode: found.ino,
      isFolder: found.isDirectory(),
    };
  } catch {
    // The command itself says what is wrong with it.
    return undefined;
  }
}

async function placeOf(flag: string, path: string): Promise<Claimed> {
  const { target, found } = await statTarget(path);
  if (found === undefined) return { flag, target };
  if (!found.isFile()) {
    const what = found.isDirectory() ? "a folder" : "not a file";
    throw new ArgumentError(`${flag} is ${path}, which is ${what}; give the path of a file`);
  }
  return { flag, target, device: found.dev, inode: found.ino, size: found.size };
}

/** The path of a file after following links, and what the system knows of the file if it exists. */
async function statTarget(path: string): Promise<{ target: string; found: BigIntStats | undefined }> {
  try {
    const target = await followed(path);
    return { target, found: await stat(target, { bigint: true }).catch(ifMissing) };
  } catch (error) {
    throw pathError(error, path, "written", ArgumentError);
  }
}

/** Endings of what lies in a folder of data and is not read. */
const notData = new Set([".safetensors", ".npz", ".csv", ".svg", ".json"]);

function isSame(output: Claimed, { target, device, inode, isFolder }: Claimed): boolean {
  if (output.target === target) return true;
  if (output.inode !== undefined && output.device === device && output.inode === inode) return true;
  // Of a folder, pictures and files of data sets are read, whose names end otherwise than those of models and tables.
  const isInside = isFolder === true && output.target.startsWith(target.endsWith(sep) ? target : target + sep);
  return isInside && output.size !== undefined && !notData.has(extname(output.target).toLowerCase());
}

function collision(flag: string, path: string, other: string): ArgumentError {
  return new ArgumentError(`${flag} is ${path}, and so is ${other}; give each its own file`);
}

/** An error class whose messages begin with the option. */
function named(flag: string): new (message: string) => ArgumentError {
  return class extends ArgumentError {
    constructor(message: string) {
      super(message.replace(/^path\b/, flag));
    }
  };
}

function formatOf(flag: string, path: string, format: FileFormat | readonly FileFormat[]): FileFormat {
  const formats = "matches" in format ? [format] : format;
  const ending = extname(path).toLowerCase();
  const found = formats.find(({ endings, bare }) => endings.includes(ending) || (bare && ending === ""));
  if (found !== undefined) return found;
  const expected = listed(
    formats.flatMap(({ endings }) => endings),
    "or",
  );
  throw new ArgumentError(`${flag} is ${path}; expected a name with the extension ${expected}`);
}

async function requireFolder(flag: string, path: string): Promise<void> {
  const folder = dirname(path);
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) {
    throw new ArgumentError(`${flag} is ${path}, but ${folder} is not a folder; make it first`);
  }
}

/** Throws for a model, and for a file of another format than that to be written. */
async function requireReplaceable(flag: string, path: string, format: FileFormat, replaces: boolean): Promise<void> {
  const remedy = "give another name, or replace it by --force";
  const head = await headOf(path);
  if (head.length === 0) return;
  const isModel = modelFormat.matches(head) || scikitLearnFormat.matches(head);
  if (isModel && !replaces) throw new ArgumentError(`${flag} is ${path}, which holds a model already; ${remedy}`);
  if (!format.matches(head)) {
    throw new ArgumentError(`${flag} is ${path}, which exists and is not ${format.title}; ${remedy}`);
  }
}

/** The first bytes of a file. */
async function headOf(path: string): Promise<Buffer> {
  try {
    const file = await open(path, "r");
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw pathError(error, path, "read", ArgumentError);
  }
}
