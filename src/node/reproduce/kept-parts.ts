import { createHash } from "node:crypto";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Order } from "engram/experiments";
import { packageVersion } from "../version.js";
import { removeTaskFiles } from "./task-files.js";

/** The platform's folder for files that programs can make again. */
export function userCacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = environment;
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, "engram");
  if (process.platform === "win32") return join(LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "engram", "cache");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "engram");
  return join(homedir(), ".cache", "engram");
}

/** The part of a task, and the seconds that its work took. */
export interface Finished {
  readonly part: unknown;
  readonly seconds: number;
}

/**
 * The finished parts of an incomplete run, saved in a file so that the run can be killed at any moment and resumed: one line
 * per part, appended when it is finished, of a checksum and JSON. The file's name encodes all that the parts depend on: the
 * experiment and its version, the parameters, the seed, the substitute data, and the release; the checksums hold it, too.
 * Beside the file is a folder for files of unfinished tasks.
 *
 * A disk that is full or fails does not end the work: parts that could not be written are tried again with the next one.
 */
export class KeptParts {
  /** The parts in the file when it was opened, by task. */
  readonly found: ReadonlyMap<number, Finished>;
  /** Lines of the file that are damaged: their tasks are repeated. */
  readonly damaged: number;
  /** The file. */
  readonly path: string;
  /** The folder for `taskFiles`. */
  readonly folder: string;
  readonly #key: string;
  readonly #file: number;
  /** Lines that are not in the file yet, by task. */
  readonly #waiting = new Map<number, string>();
  /** Whether the file ends in the midst of a line, as after a kill or on a full disk. */
  #torn: boolean;
  #trouble: Error | undefined;

  private constructor(folder: string, key: string, file: number, bytes: Uint8Array, tasks: number) {
    this.folder = folder;
    this.path = `${folder}.jsonl`;
    this.#key = key;
    this.#file = file;
    const whole = bytes.lastIndexOf(0x0a) + 1;
    this.#torn = whole < bytes.length;
    const lines = new TextDecoder()
      .decode(bytes.subarray(0, whole))
      .split("\n")
      .filter((line) => line !== "");
    const parts = lines.map((line) => this.#partOf(line, tasks));
    this.found = new Map(parts.flatMap((kept) => (kept === undefined ? [] : [[kept.task, kept]])));
    this.damaged = parts.filter((kept) => kept === undefined).length;
  }

  /** Opens the file of an order; undefined if the folder cannot be written: then nothing is saved. */
  static open(folder: string, order: Order): KeptParts | undefined {
    const { path, key } = placeOf(folder, order);
    try {
      mkdirSync(folder, { recursive: true });
      const file = openSync(`${path}.jsonl`, "a+");
      const tasks = order.experiment.tasks(order.parameters);
      return new KeptParts(path, key, file, readFileSync(`${path}.jsonl`), tasks);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      return undefined;
    }
  }

  /** Why parts are not in the file yet; undefined if all are. */
  get trouble(): Error | undefined {
    return this.#trouble;
  }

  /** Saves the part of a task, and removes its files. */
  add(task: number, { part, seconds }: Finished): void {
    const text = JSON.stringify({ task, seconds, part });
    this.#waiting.set(task, `${this.#checksum(text)} ${text}\n`);
    const lines = [...this.#waiting.values()].join("");
    try {
      const bytes = new TextEncoder().encode(this.#torn ? `\n${lines}` : lines);
      this.#torn = true;
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done);
      this.#torn = false;
      this.#trouble = undefined;
      for (const saved of this.#waiting.keys()) removeTaskFiles(this.folder, saved);
      this.#waiting.clear();
    } catch (error) {
      this.#trouble = error as Error;
    }
  }

  /** Closes the file and leaves it for a later run. */
  close(): void {
    closeSync(this.#file);
  }

  #checksum(text: string): string {
    return sha256(`${this.#key} ${text}`);
  }

  /** The part in a line; undefined unless it is as it was written, for a task of this order. */
  #partOf(line: string, tasks: number): (Finished & { readonly task: number }) | undefined {
    const space = line.indexOf(" ");
    const text = line.slice(space + 1);
    if (space < 0 || line.slice(0, space) !== this.#checksum(text)) return undefined;
    const { task, seconds, part } = JSON.parse(text);
    const isOurs = Number.isInteger(task) && task >= 0 && task < tasks;
    return isOurs && part !== undefined && part !== null ? { task, seconds, part } : undefined;
  }
}

/** Removes the saved parts of an order and the files of its tasks: its results are where they belong. */
export function removeParts(folder: string, order: Order): void {
  const { path } = placeOf(folder, order);
  try {
    rmSync(`${path}.jsonl`, { force: true });
    rmSync(path, { recursive: true, force: true });
  } catch {
    // A file left behind costs its space alone: the next run of the order finds all parts in it.
  }
}

/** Where the parts of an order are saved, and what they depend on. */
function placeOf(folder: string, { experiment, parameters, seed, standIn, module }: Order) {
  const { id, version } = experiment;
  const others = [...(standIn ? [standIn.digest] : []), ...(module ? [digestOf(module)] : [])];
  const key = sha256(JSON.stringify([packageVersion(), id, version, parameters, seed, ...others]));
  return { path: join(folder, `${id.replaceAll("/", "-")}-${key}`), key };
}

/** A hash of a user's own module: parts of an experiment that was edited since are not used. */
function digestOf(module: string): string {
  return createHash("sha256")
    .update(readFileSync(new URL(module)))
    .digest("hex");
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
