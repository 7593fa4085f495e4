import { availableParallelism } from "node:os";
import { requireInteger } from "../../errors.js";
import { type BatchOptions, ThreadPool } from "./pool.js";

/**
 * What the default export of a module for `mapParallel` is: called once in each thread with what all items share, it
 * gives the function of one item. Items, results and `shared` must be what can be copied to another thread.
 */
export type Prepare<Shared, Item, Result> = (shared: Shared) => Perform<Item, Result> | Promise<Perform<Item, Result>>;

/** What a thread does with an item. */
type Perform<Item, Result> = (item: Item) => Result | Promise<Result>;

/** Choices of work over worker threads. */
export interface ParallelOptions {
  /** Worker threads; the default is one a core. */
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Choices of `mapParallel`. */
export interface MapOptions<Result> extends ParallelOptions, BatchOptions<Result> {
  /** Handed to the module's default export in each thread. */
  readonly shared?: unknown;
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
  if (items.length === 0) return [];
  const pool = new ThreadPool<Item, Result>(module, Math.min(workers, items.length), shared);
  try {
    return await pool.map(items, { signal, onResult });
  } finally {
    await pool.dispose();
  }
}
