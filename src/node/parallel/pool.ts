import { Worker } from "node:worker_threads";
import { ArgumentError, type PackedError, requireInteger, unpackError } from "../../errors.js";
import { type HandedKernels, kernelsToHand } from "../native.js";
import { cannotStart, notCopied, startWorker, threadEnded } from "./workers.js";

/** The data that a thread starts with. */
export interface ThreadOrder {
  readonly module: string;
  readonly shared: unknown;
  readonly kernels: HandedKernels;
}

/** The first message of a thread: its file is loaded. */
export const ready = "ready";

/** The message with the result of an item. */
export interface ThreadAnswer {
  readonly index: number;
  readonly result?: unknown;
  readonly error?: PackedError;
}

/** Options of `ThreadPool.map`. */
export interface BatchOptions<Result> {
  readonly signal?: AbortSignal | undefined;
  /** Called when an item is finished, in the order in which that happens; what it throws ends the work. */
  readonly onResult?: ((result: Result, index: number) => void) | undefined;
}

/** The items of one call of `map`. */
interface Batch<Item, Result> {
  readonly items: readonly Item[];
  /** The first item that has not been assigned. */
  next: number;
  readonly finish: (index: number, result: Result) => void;
  readonly fail: (reason: unknown) => void;
}

/** A thread, and the item that it works on. */
interface Thread<Item, Result> {
  readonly worker: Worker;
  work: { readonly batch: Batch<Item, Result>; readonly index: number } | undefined;
  /** Whether its file is loaded. */
  isReady: boolean;
  /** Its uncaught error. */
  error: Error | undefined;
}

/**
 * Worker threads that hold a module's function and wait for items. Several batches are processed in the order of their
 * arrival. A waiting thread does not keep the program running. A thread that ends fails the batch whose item it was working
 * on, and is replaced.
 */
export class ThreadPool<Item, Result> {
  readonly #workers: number;
  readonly #order: ThreadOrder;
  readonly #threads = new Set<Thread<Item, Result>>();
  readonly #batches = new Set<Batch<Item, Result>>();
  /** Set when the pool is disposed of. */
  #end: Error | undefined;

  /**
   * @param module an ES module whose default export is a `Prepare`; it is called with `shared` in each thread
   * @throws ArgumentError for a `shared` that cannot be copied, EngramError if no thread can start
   */
  constructor(module: URL, workers: number, shared: unknown) {
    requireInteger("workers", workers, 1, 1024);
    this.#workers = workers;
    this.#order = { module: module.href, shared, kernels: kernelsToHand() };
    try {
      this.#fill();
    } catch (error) {
      void this.dispose();
      throw error;
    }
  }

  /** Starts threads until there are as many as there should be. */
  #fill(): void {
    while (this.#threads.size < this.#workers) this.#threads.add(this.#start());
  }

  #start(): Thread<Item, Result> {
    const worker = startWorker((options) => new Worker(new URL("./thread.js", import.meta.url), options), {
      workerData: this.#order,
    });
    const thread: Thread<Item, Result> = { worker, work: undefined, isReady: false, error: undefined };
    worker.on("message", (answer: ThreadAnswer | typeof ready) => {
      if (answer === ready) thread.isReady = true;
      else this.#answered(thread, answer);
    });
    worker.on("messageerror", (error) => this.#failed(thread, notCopied("a result", error)));
    worker.on("error", (error: unknown) => {
      thread.error = error instanceof Error ? error : new Error(String(error));
    });
    worker.on("exit", (code) => this.#lost(thread, code));
    worker.unref();
    return thread;
  }

  /**
   * Applies the function to every item; results are in the order of the items. It rejects with the first error of an
   * item, with the signal's reason, or if a thread ends that works on one of the items: then no more items are started.
   */
  async map(items: readonly Item[], { signal, onResult }: BatchOptions<Result> = {}): Promise<Result[]> {
    signal?.throwIfAborted();
    if (this.#end !== undefined) throw this.#end;
    const results: Result[] = new Array(items.length);
    if (items.length === 0) return results;
    this.#fill();
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
      for (const thread of this.#threads) {
        // A batch fails where an item cannot be sent.
        if (batch.next === batch.items.length || !this.#batches.has(batch)) break;
        if (thread.work === undefined) this.#give(thread, batch, batch.next++);
      }
    }
  }

  #give(thread: Thread<Item, Result>, batch: Batch<Item, Result>, index: number): void {
    try {
      thread.worker.postMessage({ index, item: batch.items[index] });
    } catch (error) {
      this.#fail(batch, notCopied(`item ${index}`, error));
      return;
    }
    thread.work = { batch, index };
    thread.worker.ref();
  }

  #answered(thread: Thread<Item, Result>, { result, error }: ThreadAnswer): void {
    if (error !== undefined) {
      this.#failed(thread, unpackError(error));
      return;
    }
    const { work } = thread;
    this.#release(thread);
    // The answer to a batch that was aborted goes to nobody.
    if (work !== undefined && this.#batches.has(work.batch)) {
      try {
        work.batch.finish(work.index, result as Result);
      } catch (thrown) {
        this.#fail(work.batch, thrown);
      }
    }
    this.#handOut();
  }

  /** A thread could not do its item, and waits for the next one. */
  #failed(thread: Thread<Item, Result>, reason: unknown): void {
    const { work } = thread;
    this.#release(thread);
    if (work !== undefined) this.#fail(work.batch, reason);
    this.#handOut();
  }

  #release(thread: Thread<Item, Result>): void {
    thread.work = undefined;
    thread.worker.unref();
  }

  /** A thread has ended. */
  #lost(thread: Thread<Item, Result>, code: number): void {
    this.#threads.delete(thread);
    const { work, isReady, error = `exit code ${code}` } = thread;
    if (work !== undefined) {
      this.#fail(work.batch, isReady ? threadEnded(`item ${work.index}`, error) : cannotStart(error));
    }
    if (!Array.from(this.#batches).some(({ items, next }) => next < items.length)) return;
    try {
      this.#fill();
      this.#handOut();
    } catch (reason) {
      for (const batch of this.#batches) this.#fail(batch, reason);
    }
  }

  #fail(batch: Batch<Item, Result>, reason: unknown): void {
    this.#batches.delete(batch);
    batch.fail(reason);
  }

  /** Ends all threads without finishing the items in progress. */
  async dispose(): Promise<void> {
    this.#end ??= new ArgumentError("the pool of worker threads was disposed of; make another one");
    for (const batch of this.#batches) this.#fail(batch, this.#end);
    await Promise.all(Array.from(this.#threads, ({ worker }) => worker.terminate()));
  }
}
