import { Worker } from "node:worker_threads";
import type { Order, SettingName } from "engram/experiments";
import { ArgumentError, DataError, ShapeError, StorageError } from "../../errors.js";

/** What a worker is told when it starts. */
export interface WorkerOrder {
  readonly id: string;
  readonly setting: SettingName;
  readonly parameters: object;
  readonly seed: number;
}

/** What a worker sends back. */
export interface TaskResult {
  readonly task: number;
  readonly part?: unknown;
  readonly error?: { readonly name: string; readonly message: string; readonly stack: string | undefined };
}

/** Choices of a run of tasks. */
export interface PoolOptions {
  readonly workers: number;
  readonly signal?: AbortSignal | undefined;
  /** Called as each task is finished, in whatever order that happens. */
  readonly onPart: (task: number, part: unknown) => void;
}

/**
 * Does the given tasks over worker threads; each thread takes the next task as it is done with one. When it returns or
 * throws (the first error of a task, or the signal's reason) no thread is left.
 */
export async function runTasks(
  { experiment, setting, parameters, seed }: Order,
  tasks: readonly number[],
  { workers, signal, onPart }: PoolOptions,
): Promise<void> {
  signal?.throwIfAborted();
  if (tasks.length === 0) return;
  const workerData: WorkerOrder = { id: experiment.id, setting, parameters, seed };
  const threads = Array.from(
    { length: Math.min(workers, tasks.length) },
    () => new Worker(new URL("./task-worker.js", import.meta.url), { workerData }),
  );
  let next = 0;
  let left = tasks.length;
  const abort = new AbortController();
  try {
    await new Promise<void>((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason as Error), { signal: abort.signal });
      for (const thread of threads) {
        thread.on("error", reject);
        thread.on("exit", (code) => reject(new Error(`a worker thread ended with exit code ${code}`)));
        thread.on("message", ({ task, part, error }: TaskResult) => {
          if (error !== undefined) return reject(revived(error));
          onPart(task, part);
          if (--left === 0) resolve();
          else if (next < tasks.length) thread.postMessage(tasks[next++]);
        });
        thread.postMessage(tasks[next++]);
      }
    });
  } finally {
    abort.abort();
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

const kinds = [ArgumentError, DataError, ShapeError, StorageError];

/** An error that crossed from a thread, of its own class again where it is one of ours. */
function revived({ name, message, stack }: NonNullable<TaskResult["error"]>): Error {
  const Kind = kinds.find((kind) => kind.name === name) ?? Error;
  const error = new Kind(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
