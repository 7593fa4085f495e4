import { createHash } from "node:crypto";
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Order } from "engram/experiments";
import { removeTaskFiles } from "./task-files.js";
import { packageVersion } from "./version.js";

/** The platform's folder for files that programs can make again. */
export function userCacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = environment;
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, "engram");
  if (process.platform === "win32") return join(LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "engram", "cache");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "engram");
  return join(homedir(), ".cache", "engram");
}

/**
 * The finished parts of an incomplete run, saved in a file so that the run can be killed at any moment and resumed: one line
 * of JSON per part, appended when it is finished. The file's name encodes all that the parts depend on: the experiment and
 * its version, the parameters, the seed, the substitute data, and the release. Beside it is a folder for files of
 * unfinished tasks.
 */
export class KeptParts {
  /** The parts in the file when it was opened, by task. */
  readonly found: ReadonlyMap<number, unknown>;
  /** The folder for `taskFiles`. */
  readonly folder: string;
  readonly #path: string;
  readonly #file: number;

  private constructor(path: string, file: number, found: ReadonlyMap<number, unknown>) {
    this.#path = `${path}.jsonl`;
    this.folder = path;
    this.#file = file;
    this.found = found;
  }

  /** Opens the file of an order; undefined if the folder cannot be written: then nothing is saved. */
  static open(folder: string, { experiment, parameters, seed, standIn, module }: Order): KeptParts | undefined {
    const { id, version } = experiment;
    const others = [...(standIn ? [standIn.digest] : []), ...(module ? [digestOf(module)] : [])];
    const key = JSON.stringify([packageVersion, id, version, parameters, seed, ...others]);
    const hash = createHash("sha256").update(key).digest("hex").slice(0, 16);
    const path = join(folder, `${id.replaceAll("/", "-")}-${hash}`);
    try {
      mkdirSync(folder, { recursive: true });
      const file = openSync(`${path}.jsonl`, "a+");
      const bytes = readFileSync(`${path}.jsonl`);
      // A killed run may have left an incomplete line.
      const whole = bytes.lastIndexOf(0x0a) + 1;
      if (whole < bytes.length) ftruncateSync(file, whole);
      return new KeptParts(path, file, partsOf(bytes.toString("utf8", 0, whole)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      return undefined;
    }
  }

  /** Saves the part of a task, and removes its files. */
  add(task: number, part: unknown): void {
    writeSync(this.#file, `${JSON.stringify({ task, part })}\n`);
    removeTaskFiles(this.folder, task);
  }

  /** Closes the file and leaves it for a later run. */
  close(): void {
    closeSync(this.#file);
  }

  /** Removes the file and the folder: the run is complete. */
  remove(): void {
    this.close();
    rmSync(this.#path, { force: true });
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A hash of a user's own module: parts of an experiment that was edited since are not used. */
function digestOf(module: string): string {
  return createHash("sha256")
    .update(readFileSync(new URL(module)))
    .digest("hex");
}

/** The parts in a text; a line that is not a part (a disk may lose the end of a file in a power cut) is ignored. */
function partsOf(text: string): Map<number, unknown> {
  const parts = new Map<number, unknown>();
  for (const line of text.split("\n")) {
    try {
      const { task, part } = JSON.parse(line);
      if (Number.isInteger(task) && part !== undefined) parts.set(task, part);
    } catch {
      // That task is repeated.
    }
  }
  return parts;
}
