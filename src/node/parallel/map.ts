import { availableParallelism } from "node:os";
import { requireInteger } from "../../errors.js";
import { type BatchOptions, ThreadPool } from "./pool.js";

/**
 * The default export of a module for `mapParallel`: called once in each thread with `shared`, it returns the function that is
 * applied to each item. Items, results and `shared` must be values that can be copied to another thread.
 */
export type Prepare<Shared, Item, Result> = (shared: Shared) => Perform<Item, Result> | Promise<Perform<Item, Result>>;

/** The function applied to each item. */
type Perform<Item, Result> = (item: Item) => Result | Promise<Result>;

/** Options of all functions that use worker threads. */
export interface ParallelOptions {
  /** Number of worker threads; defaults to one per core. */
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Options of `mapParallel`. */
export interface MapOptions<Result> extends ParallelOptions, BatchOptions<Result> {
  /** Passed to the module's default export in each thread. */
  readonly shared?: unknown;
}

/**
 * Applies a function to every item over worker threads; each thread takes the next item when it has finished one. The
 * results are in the order of the items: if the function depends only on its item and `shared`, they are the same for any
 * number of workers. When it returns or throws (the first error of an item, or the signal's reason) all threads have ended.
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
