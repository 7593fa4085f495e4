import { availableParallelism } from "node:os";
import { asynchronous, type Dynamics, dynamicsNames } from "../../dynamics/index.js";
import { ArgumentError, requireInteger } from "../../errors.js";
import { bitMatrix } from "../../math/bits.js";
import type { Hopfield, Recall, RunOptions } from "../../memories/index.js";
import type { PatternSet, State } from "../../patterns/index.js";
import { asPatternSet } from "../../patterns/pattern-set.js";
import type { ParallelOptions } from "./map.js";
import { packMemory } from "./memory.js";
import { ThreadPool } from "./pool.js";
import type { RecallPart } from "./recall-part.js";

/** Choices of a recall from several cues: those of `recallMany`, and a seed for a generator. */
export interface BatchRecallOptions extends Omit<RunOptions, "random"> {
  /** Of the generator: `recallMany` with `random: new Random(seed)` gives the same. */
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** Choices of a recall over worker threads. */
export interface ParallelRecallOptions extends BatchRecallOptions, ParallelOptions {}

/** One cue or several: spins -1/+1 or binary values 0/1, or a set. */
type States = PatternSet | State | ArrayLike<State>;

/**
 * `recallMany` of a memory over worker threads: the same recalls for any number of workers.
 *
 * ```ts
 * const recalls = await parallelRecall(memory, cues, { seed: 7 });
 * ```
 *
 * Starting the threads takes some hundredths of a second: a program that recalls again and again keeps a `RecallPool`.
 *
 * @throws what `recallMany` throws, ArgumentError for couplings or a dynamics that are none of the library's own kinds,
 *   and the signal's reason when it is aborted
 */
export async function parallelRecall(
  memory: Hopfield,
  cues: States,
  { workers = availableParallelism(), ...options }: ParallelRecallOptions,
): Promise<Recall[]> {
  requireInteger("workers", workers, 1, 1024);
  const set = asPatternSet("cues", cues, memory.units);
  const pool = new RecallPool(memory, { workers: Math.min(workers, set.count) });
  try {
    return await pool.recall(set, options);
  } finally {
    await pool.dispose();
  }
}

/** Cues that a thread recalls from at a time: few enough that all threads are done at about the same time. */
const PARTS_A_WORKER = 8;
/** ... and that an aborted recall soon leaves the threads to the next one. */
const MOST_CUES = 64;

/**
 * Worker threads that hold a memory, for a program that recalls from cues as they come: as `parallelRecall`, without the
 * threads' start. Recalls that are asked for at the same time share the threads. The memory is taken as it is: patterns
 * that are stored later are not in the pool.
 *
 * ```ts
 * const pool = new RecallPool(memory);
 * const recalls = await pool.recall(cues, { seed: 7 });
 * await pool.dispose();
 * ```
 */
export class RecallPool {
  readonly units: number;
  readonly workers: number;
  readonly #threads: ThreadPool<RecallPart, Recall[]>;

  /**
   * @param options `workers`, the number of threads; the default is one a core
   * @throws ArgumentError for an empty memory, couplings that are none of the library's own kinds, or a wrong number of
   *   workers
   */
  constructor(memory: Hopfield, { workers = availableParallelism() }: Pick<ParallelOptions, "workers"> = {}) {
    requireInteger("workers", workers, 1, 1024);
    this.units = memory.units;
    this.workers = workers;
    this.#threads = new ThreadPool(new URL("./recall-part.js", import.meta.url), workers, packMemory(memory));
  }

  /**
   * Recalls from several cues; cue r draws from stream r of the seed, so it does not depend on the others.
   *
   * @throws what `recallMany` throws, ArgumentError for a dynamics that is none of the library's own or a pool that is
   *   disposed of, and the signal's reason when it is aborted
   */
  async recall(cues: States, options: BatchRecallOptions): Promise<Recall[]> {
    const parts = this.#split(asPatternSet("cues", cues, this.units), options);
    return (await this.#threads.map(parts, { signal: options.signal })).flat();
  }

  #split({ bits }: PatternSet, { dynamics = asynchronous(), seed, trace }: BatchRecallOptions): RecallPart[] {
    requireInteger("seed", seed, 0);
    const { name, options } = requireKnown(dynamics);
    const size = Math.min(MOST_CUES, Math.ceil(bits.rows / (PARTS_A_WORKER * this.workers)));
    return Array.from({ length: Math.ceil(bits.rows / size) }, (_, k): RecallPart => {
      const first = k * size;
      const last = Math.min(bits.rows, first + size);
      const words = bits.words.slice(first * bits.stride, last * bits.stride);
      return { cues: bitMatrix(last - first, bits.columns, words), first, seed, dynamics: { name, options }, trace };
    });
  }

  /** Ends the threads; a recall that is under way is rejected. */
  dispose(): Promise<void> {
    return this.#threads.dispose();
  }
}

function requireKnown({ name, options }: Dynamics): RecallPart["dynamics"] {
  if (options !== undefined && dynamicsNames.includes(name)) return { name, options };
  throw new ArgumentError(
    `dynamics ${JSON.stringify(name)} cannot go to a worker thread; expected one of ${dynamicsNames.join(", ")}, as the library makes them`,
  );
}
