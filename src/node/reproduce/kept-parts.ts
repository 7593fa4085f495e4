import { createHash } from "node:crypto";
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Order } from "engram/experiments";
import { removeTaskFiles } from "./task-files.js";
import { packageVersion } from "./version.js";

/** Where the platform keeps what programs can make again. */
export function userCacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = environment;
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, "engram");
  if (process.platform === "win32") return join(LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "engram", "cache");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "engram");
  return join(homedir(), ".cache", "engram");
}

/**
 * The finished parts of a run that is not over, kept in a file so that the run can be killed at any moment and go on
 * later: one line of JSON a part, appended as it is finished. The file's name says all that the parts depend on: the
 * experiment and its version, the parameters, the seed, the data in place of its own, and the release. Beside it lies a
 * folder for what tasks put aside before they are finished.
 */
export class KeptParts {
  /** What was found when the file was opened, by task. */
  readonly found: ReadonlyMap<number, unknown>;
  /** For `taskFiles`. */
  readonly folder: string;
  readonly #path: string;
  readonly #file: number;

  private constructor(path: string, file: number, found: ReadonlyMap<number, unknown>) {
    this.#path = `${path}.jsonl`;
    this.folder = path;
    this.#file = file;
    this.found = found;
  }

  /** Opens the file of an order; undefined where the folder cannot be written: then nothing is kept. */
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
      // A run that was killed may have left a line without its end.
      const whole = bytes.lastIndexOf(0x0a) + 1;
      if (whole < bytes.length) ftruncateSync(file, whole);
      return new KeptParts(path, file, partsOf(bytes.toString("utf8", 0, whole)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      return undefined;
    }
  }

  /** Keeps the part of a task, and nothing else of it. */
  add(task: number, part: unknown): void {
    writeSync(this.#file, `${JSON.stringify({ task, part })}\n`);
    removeTaskFiles(this.folder, task);
  }

  /** Lets the file lie, for a run that goes on later. */
  close(): void {
    closeSync(this.#file);
  }

  /** Removes the file and the folder: the run is over. */
  remove(): void {
    this.close();
    rmSync(this.#path, { force: true });
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What a user's own module says now: parts of an experiment that was edited since are not used. */
function digestOf(module: string): string {
  return createHash("sha256")
    .update(readFileSync(new URL(module)))
    .digest("hex");
}

/** The parts in a text; a line that is no part (a disk may lose the end of a file in a power cut) counts as not there. */
function partsOf(text: string): Map<number, unknown> {
  const parts = new Map<number, unknown>();
  for (const line of text.split("\n")) {
    try {
      const { task, part } = JSON.parse(line);
      if (Number.isInteger(task) && part !== undefined) parts.set(task, part);
    } catch {
      // That task is done again.
    }
  }
  return parts;
}
