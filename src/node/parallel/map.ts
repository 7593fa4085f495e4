import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { ArgumentError, DataError, requireInteger, ShapeError, StorageError } from "../../errors.js";

/**
 * What the default export of a module for `mapParallel` is: called once in each thread with what all items share, it
 * gives the function of one item. Items, results and `shared` must be what can be copied to another thread.
 */
export type Prepare<Shared, Item, Result> = (shared: Shared) => (item: Item) => Result | Promise<Result>;

/** Choices of work over worker threads. */
export interface ParallelOptions {
  /** Worker threads; the default is one a core. */
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Choices of `mapParallel`. */
export interface MapOptions<Result> extends ParallelOptions {
  /** Handed to the module's default export in each thread. */
  readonly shared?: unknown;
  /** Called as each item is finished, in whatever order that happens. */
  readonly onResult?: ((result: Result, index: number) => void) | undefined;
}

/** What a thread is told when it starts. */
export interface ThreadOrder {
  readonly module: string;
  readonly shared: unknown;
}

/** What a thread sends back. */
export interface ThreadAnswer {
  readonly index: number;
  readonly result?: unknown;
  readonly error?: { readonly name: string; readonly message: string; readonly stack: string | undefined };
}

/**
 * Applies a function to every item over worker threads; each thread takes the next item as it is done with one. The
 * results come in the order of the items: where the function depends on nothing but its item and what is shared, they
 * are the same for any number of workers. When it returns or throws (the first error of an item, or the signal's
 * reason) no thread is left.
 *
 * ```ts
 * // square.js: export default () => (x) => x * x;
 * await mapParallel(new URL("./square.js", import.meta.url), [1, 2, 3]); // [1, 4, 9]
 * ```
 *
 * @param module an ES module whose default export is a `Prepare`
 */
export async function mapParallel<Item, Result>(
  module: URL,
  items: readonly Item[],
  { workers = availableParallelism(), signal, shared, onResult }: MapOptions<Result> = {},
): Promise<Result[]> {
  requireInteger("workers", workers, 1, 1024);
  signal?.throwIfAborted();
  const results: Result[] = new Array(items.length);
  if (items.length === 0) return results;
  const workerData: ThreadOrder = { module: module.href, shared };
  const threads = Array.from(
    { length: Math.min(workers, items.length) },
    () => new Worker(new URL("./thread.js", import.meta.url), { workerData }),
  );
  let next = 0;
  let left = items.length;
  const abort = new AbortController();
  try {
    await new Promise<void>((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason as Error), { signal: abort.signal });
      for (const thread of threads) {
        const give = () => {
          thread.postMessage({ index: next, item: items[next] });
          next++;
        };
        thread.on("error", reject);
        thread.on("exit", (code) => reject(new Error(`a worker thread ended with exit code ${code}`)));
        thread.on("message", ({ index, result, error }: ThreadAnswer) => {
          if (error !== undefined) return reject(revived(error));
          results[index] = result as Result;
          onResult?.(results[index], index);
          if (--left === 0) resolve();
          else if (next < items.length) give();
        });
        give();
      }
    });
  } finally {
    abort.abort();
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
  return results;
}

const kinds = [ArgumentError, DataError, ShapeError, StorageError];

/** An error that crossed from a thread, of its own class again where it is one of ours. */
function revived({ name, message, stack }: NonNullable<ThreadAnswer["error"]>): Error {
  const Kind = kinds.find((kind) => kind.name === name) ?? Error;
  const error = new Kind(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
