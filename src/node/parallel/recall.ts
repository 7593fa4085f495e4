import { availableParallelism } from "node:os";
import { type AsyncDisposes, asyncDisposeSymbol } from "../../disposing.js";
import { requireInteger } from "../../errors.js";
import { kindNamed } from "../../memories/kinds.js";
import type { AnyMemory, MemoryKind, Recall } from "../../memories/memory.js";
import { allMemoryKinds } from "../kinds.js";
import { countOfCues, packCues, sliceCues } from "./cues.js";
import type { ParallelOptions } from "./map.js";
import { packMemory, packOptions } from "./memory.js";
import { ThreadPool } from "./pool.js";
import type { RecallPart } from "./recall-part.js";

/** The types of the cues, recalls and options of a memory. */
type CuesOf<M extends AnyMemory> = Parameters<M["recallMany"]>[0];
type RecallOf<M extends AnyMemory> = ReturnType<M["recall"]>;
type OptionsOf<M extends AnyMemory> =
  Parameters<M["recallMany"]> extends [unknown, (infer Options)?] ? Omit<NonNullable<Options>, "random"> : unknown;

/** Options of a recall from several cues besides those of `recallMany`: a seed in place of a generator. */
export interface BatchRecallOptions {
  /** Seed of the generator: `recallMany` with `random: new Random(seed)` gives the same recalls. */
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** The kinds of memories that can be sent to threads; defaults to those of the library. */
export interface PoolKinds {
  readonly kinds?: readonly MemoryKind[] | undefined;
}

/** Options of a recall over worker threads. */
export interface ParallelRecallOptions extends BatchRecallOptions, ParallelOptions, PoolKinds {}

/**
 * `recallMany` of a memory over worker threads: the same recalls for any number of workers.
 *
 * ```ts
 * const recalls = await parallelRecall(memory, cues, { seed: 7 });
 * ```
 *
 * Starting the threads takes some hundredths of a second: for repeated recalls use a `RecallPool`.
 *
 * @throws the errors of `recallMany`; ArgumentError for a kind, rule or dynamics that is neither the library's nor names its
 *   module; and the signal's reason if it is aborted
 */
export async function parallelRecall<M extends AnyMemory>(
  memory: M,
  cues: CuesOf<M>,
  { workers = availableParallelism(), kinds, ...options }: ParallelRecallOptions & OptionsOf<M>,
): Promise<RecallOf<M>[]> {
  requireInteger("workers", workers, 1, 1024);
  const count = countOfCues(packCues(cues));
  const pool = new RecallPool<M>(memory, { workers: Math.max(1, Math.min(workers, count)), kinds });
  try {
    return await pool.recall(cues, options as unknown as BatchRecallOptions & OptionsOf<M>);
  } finally {
    await pool.dispose();
  }
}

/** Number of cues in a part: few enough that all threads finish at about the same time. */
const PARTS_A_WORKER = 8;
/** ... and that an aborted recall soon frees the threads for the next one. */
const MOST_CUES = 64;

/**
 * Worker threads that hold a memory, for a program that recalls repeatedly: like `parallelRecall`, but the threads start only
 * once. Simultaneous recalls share the threads. The pool has a copy of the memory: patterns that are stored later are not in
 * the pool.
 *
 * ```ts
 * const pool = new RecallPool(memory);
 * const recalls = await pool.recall(cues, { seed: 7 });
 * await pool.dispose();
 * ```
 */
export class RecallPool<M extends AnyMemory = AnyMemory> implements AsyncDisposes {
  readonly workers: number;
  readonly #kind: MemoryKind;
  readonly #threads: ThreadPool<RecallPart, Recall[]>;

  /**
   * @param options `workers`, the number of threads, defaults to one per core; `kinds` to those of the library
   * @throws ArgumentError for an empty memory, one of an unknown kind, or a wrong number of workers
   */
  constructor(
    memory: M,
    { workers = availableParallelism(), kinds = allMemoryKinds }: Pick<ParallelOptions, "workers"> & PoolKinds = {},
  ) {
    requireInteger("workers", workers, 1, 1024);
    this.workers = workers;
    this.#kind = kindNamed(memory.kind, kinds);
    this.#threads = new ThreadPool(new URL("engram:recall"), workers, packMemory(memory, kinds));
  }

  /**
   * Recalls from several cues; cue r draws from stream r of the seed, so it does not depend on the others.
   *
   * @throws the errors of `recallMany`, ArgumentError for a dynamics that cannot be sent to a thread or a pool that is disposed
   *   of, and the signal's reason if it is aborted
   */
  async recall(cues: CuesOf<M>, options: BatchRecallOptions & OptionsOf<M>): Promise<RecallOf<M>[]> {
    const { seed, signal, ...given } = options as BatchRecallOptions & Readonly<Record<string, unknown>>;
    const parts = this.#split(cues, seed, given);
    return (await this.#threads.map(parts, { signal })).flat() as RecallOf<M>[];
  }

  #split(given: unknown, seed: number, options: Readonly<Record<string, unknown>>): RecallPart[] {
    requireInteger("seed", seed, 0);
    const cues = packCues(given);
    const all = countOfCues(cues);
    const packed = packOptions(this.#kind, options);
    const size = Math.min(MOST_CUES, Math.ceil(all / (PARTS_A_WORKER * this.workers)));
    return Array.from({ length: Math.ceil(all / size) }, (_, k): RecallPart => {
      const first = k * size;
      const count = Math.min(size, all - first);
      return { cues: sliceCues(cues, first, first + count), count, first, seed, ...packed };
    });
  }

  /** Ends the threads; a recall in progress is rejected. */
  dispose(): Promise<void> {
    return this.#threads.dispose();
  }

  [asyncDisposeSymbol](): Promise<void> {
    return this.dispose();
  }
}
