import { setFlagsFromString } from "node:v8";
import type { Worker, WorkerOptions } from "node:worker_threads";
import { ArgumentError, EngramError } from "../../errors.js";

/**
 * Starts a worker thread.
 *
 * @param make `new Worker(new URL("./file.js", import.meta.url), options)`, spelled out: bundlers look for this form
 * @throws EngramError where the file cannot be found; ArgumentError for data that cannot be copied to another thread
 */
export function startWorker(make: (options: WorkerOptions) => Worker, options: WorkerOptions): Worker {
  keepCompilersInThreads();
  try {
    // Without the program's own options: workers cannot start with some of them (--input-type).
    return make({ ...options, execArgv: [] });
  } catch (error) {
    if ((error as Error).name === "DataCloneError") throw notCopied("what a worker thread starts with", error);
    throw cannotStart(error);
  }
}

/**
 * Before version 24, Node parts from a thread that ends before V8 has stopped optimising its code in the background; a
 * garbage collection that this needs then aborts the whole program (about one of a hundred programs with short threads). New
 * threads optimise without a background. Results do not depend on it.
 */
function keepCompilersInThreads(): void {
  if (Number(process.versions.node.split(".", 1)[0]) < 24) setFlagsFromString("--no-concurrent-recompilation");
}

/** The error of a thread that could not start: most often its file is not there. */
export function cannotStart(cause: unknown): EngramError {
  const isLost = /MODULE_NOT_FOUND|ERR_INVALID_(ARG|URL)|ENOENT/.test((cause as NodeJS.ErrnoException).code ?? "");
  const found = isLost ? "the file of Engram's worker threads cannot be found" : "a worker thread cannot start";
  const other = isLost ? "" : "; else use fewer threads, or give Node more memory";
  return new EngramError(
    `${found} (${firstLine(cause)}); if a bundler made this program, mark engram as external, so that it is imported from ` +
      `node_modules: see docs/bundlers.md${other}`,
    { cause },
  );
}

/** The error of work whose thread has ended. @param cause its uncaught error, or how it ended in words */
export function threadEnded(work: string, cause: unknown): EngramError {
  return new EngramError(
    `a worker thread ended while it worked on ${work} (${firstLine(cause)}); call again: another thread takes its place`,
    { cause },
  );
}

/** The error for a value that cannot be sent to another thread. */
export function notCopied(what: string, cause: unknown): ArgumentError {
  return new ArgumentError(
    `${what} cannot be copied to another thread (${firstLine(cause)}); use plain data: ` +
      "numbers, texts, arrays, typed arrays, plain objects",
    { cause },
  );
}

function firstLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split("\n", 1)[0];
}
