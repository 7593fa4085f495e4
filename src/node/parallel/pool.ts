import { Worker } from "node:worker_threads";
import { ArgumentError, type PackedError, requireInteger, unpackError } from "../../errors.js";

/** The data that a thread starts with. */
export interface ThreadOrder {
  readonly module: string;
  readonly shared: unknown;
}

/** The message with the result of an item. */
export interface ThreadAnswer {
  readonly index: number;
  readonly result?: unknown;
  readonly error?: PackedError;
}

/** Options of `ThreadPool.map`. */
export interface BatchOptions<Result> {
  readonly signal?: AbortSignal | undefined;
  /** Called when an item is finished, in the order in which that happens. */
  readonly onResult?: ((result: Result, index: number) => void) | undefined;
}

/** The items of one call of `map`. */
interface Batch<Item, Result> {
  readonly items: readonly Item[];
  /** The first item that has not been assigned. */
  next: number;
  readonly finish: (index: number, result: Result) => void;
  readonly fail: (reason: Error) => void;
}

/**
 * Worker threads that hold a module's function and wait for items. Several batches are processed in the order of their
 * arrival. A waiting thread does not keep the program running.
 */
export class ThreadPool<Item, Result> {
  readonly #threads: readonly Worker[];
  readonly #free: Worker[];
  readonly #batches = new Set<Batch<Item, Result>>();
  /** The reason why the pool has stopped. */
  #end: Error | undefined;

  /** @param module an ES module whose default export is a `Prepare`; it is called with `shared` in each thread */
  constructor(module: URL, workers: number, shared: unknown) {
    requireInteger("workers", workers, 1, 1024);
    const workerData: ThreadOrder = { module: module.href, shared };
    this.#threads = Array.from({ length: workers }, () => this.#start(workerData));
    this.#free = [...this.#threads];
  }

  #start(workerData: ThreadOrder): Worker {
    // Without the program's own options: workers cannot start with some of them (--input-type).
    const thread = new Worker(new URL("./thread.js", import.meta.url), { workerData, execArgv: [] });
    thread.on("error", (error: Error) => this.#stop(error));
    thread.on("exit", (code) => this.#stop(new Error(`a worker thread ended with exit code ${code}`)));
    thread.unref();
    return thread;
  }

  /**
   * Applies the function to every item; results are in the order of the items. It rejects with the first error of an
   * item, with the signal's reason, or if a thread ends: then no more items are started.
   */
  async map(items: readonly Item[], { signal, onResult }: BatchOptions<Result> = {}): Promise<Result[]> {
    signal?.throwIfAborted();
    if (this.#end !== undefined) throw this.#end;
    const results: Result[] = new Array(items.length);
    if (items.length === 0) return results;
    const settled = new AbortController();
    let batch: Batch<Item, Result> | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        let left = items.length;
        const finish = (index: number, result: Result) => {
          results[index] = result;
          onResult?.(result, index);
          if (--left === 0) resolve();
        };
        signal?.addEventListener("abort", () => reject(signal.reason as Error), { signal: settled.signal });
        batch = { items, next: 0, finish, fail: reject };
        this.#batches.add(batch);
        this.#handOut();
      });
    } finally {
      settled.abort();
      if (batch !== undefined) this.#batches.delete(batch);
    }
    return results;
  }

  /** Assigns the next items to the free threads. */
  #handOut(): void {
    for (const batch of this.#batches) {
      while (batch.next < batch.items.length) {
        const thread = this.#free.pop();
        if (thread === undefined) return;
        this.#give(thread, batch, batch.next++);
      }
    }
  }

  #give(thread: Worker, batch: Batch<Item, Result>, index: number): void {
    thread.once("message", ({ result, error }: ThreadAnswer) => {
      this.#free.push(thread);
      thread.unref();
      if (!this.#batches.has(batch)) return this.#handOut();
      if (error === undefined) {
        batch.finish(index, result as Result);
      } else {
        this.#batches.delete(batch);
        batch.fail(unpackError(error));
      }
      this.#handOut();
    });
    thread.ref();
    thread.postMessage({ index, item: batch.items[index] });
  }

  /** Ends all threads without finishing the items in progress. */
  async dispose(): Promise<void> {
    this.#stop(new ArgumentError("the pool of worker threads is disposed of; make another one"));
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }

  #stop(reason: Error): void {
    this.#end ??= reason;
    for (const batch of this.#batches) batch.fail(this.#end);
    this.#batches.clear();
  }
}
