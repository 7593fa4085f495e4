import { availableParallelism } from "node:os";
import { isMainThread, MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { EngramError, requireInteger } from "../../errors.js";
import { defaultKernels } from "../../kernels/index.js";
import { useNativeThreads } from "../../kernels/native/threads.js";
import { Random } from "../../math/random.js";
import { kindNamed } from "../../memories/kinds.js";
import { type ManyRecalls, recallOver, recallRange } from "../../memories/many.js";
import type { AnyMemory, Recall, RecallOptions } from "../../memories/memory.js";
import { makerOf, type OptionSpecs } from "../../options.js";
import type { Packed } from "../../packed.js";
import { allMemoryKinds } from "../kinds.js";
import { kernelsToHand } from "../native.js";
import { packCues } from "./cues.js";
import { packMemory, packOptions } from "./memory.js";
import type { ThreadOrder } from "./pool.js";
import { claim, type RecallsAnswer, type RecallsNews, type RecallsOrder } from "./recalls-control.js";
import { startWorker } from "./workers.js";

/** Number of operations from which threads that hold a memory recall from it; one takes about a third of a nanosecond. */
const LEAST_WORK = 2 ** 22;
/** ... and from which threads start, or a memory is copied to them. */
const LEAST_WORK_TO_COPY = 2 ** 27;

/** Number of cues in a part: as many as are recalled from at once at little cost. */
const PART = 32;

/** Number of memories that the threads keep, and the largest, in bytes. */
const MOST_MEMORIES = 4;
const MOST_BYTES = 2 ** 28;

/** Milliseconds without news from the threads after which the calling thread recalls what is missing itself. */
const PATIENCE = 1000;

const MOST_THREADS = 64;

interface Thread {
  readonly worker: Worker;
  readonly port: MessagePort;
}

/** A memory that the threads hold, with what it had learned, and its number. */
interface Copy {
  readonly content: object;
  readonly number: number;
}

/**
 * Threads that help `recallMany`, which is synchronous: the calling thread and the threads claim parts of the cues, and when
 * all are claimed, the calling thread waits for the others. Recalls depend on their cue alone, so that it can recall itself
 * what a thread that has ended, or has not started yet, does not.
 */
class RecallThreads {
  readonly #most: number;
  readonly #threads = new Set<Thread>();
  readonly #copies = new WeakMap<AnyMemory, Copy>();
  /** The numbers of the memories that all threads hold, the least recently used first. */
  #numbers: number[] = [];
  #numbering = 0;
  #calls = 0;
  /** Whether threads cannot start here. */
  #isAlone = false;

  constructor(threads: number) {
    this.#most = threads - 1;
  }

  /** The recalls of a call; undefined where the calling thread alone is better. */
  recall<Found extends Recall>(many: ManyRecalls<Found>): Found[] | undefined {
    const work = many.work * many.count;
    if (this.#most < 1 || this.#isAlone || many.count < 2 || work < LEAST_WORK) return undefined;
    const isKnown = this.#copyOf(many) !== undefined && this.#threads.size > 0;
    if (!isKnown && work < LEAST_WORK_TO_COPY) return undefined;
    const order = this.#orderOf(many);
    if (order === undefined) return undefined;
    for (const { port } of this.#threads) port.postMessage(order satisfies RecallsNews);
    return this.#share(many, order);
  }

  #copyOf({ memory, content }: ManyRecalls): Copy | undefined {
    const copy = this.#copies.get(memory);
    return copy !== undefined && copy.content === content && this.#numbers.includes(copy.number) ? copy : undefined;
  }

  /** The order of a call to threads that hold its memory; undefined where it cannot be sent to them. */
  #orderOf(many: ManyRecalls<Recall>): RecallsOrder | undefined {
    const { memory, cues, count, kernels, options } = many;
    const { random, ...others } = options as RecallOptions;
    if (kernels !== defaultKernels()) return undefined;
    if (random !== undefined && Object.getPrototypeOf(random) !== Random.prototype) return undefined;
    const packed = packedOptions(memory, others);
    if (packed === undefined) return undefined;
    const number = this.#numberOf(many);
    if (number === undefined) return undefined;
    const all = this.#threads.size + 1;
    const size = Math.ceil(count / (all * Math.ceil(count / (PART * all))));
    const parts = Math.ceil(count / size);
    return {
      call: this.#calls++,
      memory: number,
      cues: packCues(cues),
      count,
      size,
      seed: random && random.key[0] + random.key[1] * 2 ** 32,
      options: packed,
      claims: new Int32Array(new SharedArrayBuffer(4 * (claim.failed + parts))),
    };
  }

  /** The number of a memory that all threads hold from now on; undefined where it cannot be sent to them. */
  #numberOf(many: ManyRecalls): number | undefined {
    const known = this.#copyOf(many);
    if (known !== undefined && this.#threads.size === this.#most) {
      this.#numbers = [...this.#numbers.filter((number) => number !== known.number), known.number];
      return known.number;
    }
    try {
      const packed = packMemory(many.memory, allMemoryKinds);
      // Modules of a user's own are not imported unasked.
      if (packed.modules.length > 0 || bytesOf(packed.packed) > MOST_BYTES) return undefined;
      this.#fill();
      const number = this.#numbering++;
      this.#tell({ keep: number, packed });
      this.#numbers.push(number);
      if (this.#numbers.length > MOST_MEMORIES) this.#tell({ forget: this.#numbers.shift() as number });
      this.#copies.set(many.memory, { content: many.content, number });
      return number;
    } catch (error) {
      if (error instanceof EngramError || (error as Error).name === "DataCloneError") return undefined;
      throw error;
    }
  }

  #tell(news: RecallsNews): void {
    for (const { port } of this.#threads) port.postMessage(news);
  }

  /** Starts threads until there are as many as there should be; new ones hold no memories yet, so all are forgotten. */
  #fill(): void {
    if (this.#threads.size === this.#most) return;
    for (const number of this.#numbers.splice(0)) this.#tell({ forget: number });
    try {
      while (this.#threads.size < this.#most) this.#start();
    } catch (error) {
      this.#isAlone = true;
      throw error;
    }
  }

  #start(): void {
    const { port1: port, port2 } = new MessageChannel();
    const order: ThreadOrder = { module: "engram:recalls", shared: { port: port2 }, kernels: kernelsToHand() };
    const worker = startWorker((options) => new Worker(new URL("./thread.js", import.meta.url), options), {
      workerData: order,
      transferList: [port2],
    });
    const thread: Thread = { worker, port };
    let isReady = false;
    worker.once("message", () => {
      isReady = true;
    });
    // An error ends the thread: the calling thread does its work.
    worker.on("error", () => {});
    worker.on("exit", () => {
      this.#threads.delete(thread);
      if (!isReady) this.#isAlone = true;
    });
    worker.unref();
    this.#threads.add(thread);
  }

  /** Takes part in an order until all of its recalls are there. */
  #share<Found extends Recall>(many: ManyRecalls<Found>, { call, count, size, claims }: RecallsOrder): Found[] {
    const parts = Math.ceil(count / size);
    const found: (readonly Found[] | undefined)[] = new Array(parts).fill(undefined);
    const recall = (part: number) => {
      found[part] = recallRange(many, part * size, Math.min(count, (part + 1) * size));
    };
    try {
      for (;;) {
        const part = Atomics.add(claims, claim.next, 1);
        if (part >= parts) break;
        recall(part);
      }
      for (;;) {
        const ended = Atomics.load(claims, claim.ended);
        this.#collect(call, found);
        const missing = found.indexOf(undefined);
        if (missing < 0) return found.flat() as Found[];
        const failed = found.findIndex((recalls, part) => recalls === undefined && claims[claim.failed + part] !== 0);
        if (failed >= 0) recall(failed);
        else if (Atomics.wait(claims, claim.ended, ended, PATIENCE) === "timed-out") recall(missing);
      }
    } finally {
      // Where a recall has thrown, the threads stop, too.
      Atomics.store(claims, claim.next, parts);
    }
  }

  /** Takes the answers to a call, and drops those to calls before it. */
  #collect<Found extends Recall>(call: number, found: (readonly Found[] | undefined)[]): void {
    for (const { port } of this.#threads) {
      for (let news = receiveMessageOnPort(port); news !== undefined; news = receiveMessageOnPort(port)) {
        const answer = news.message as RecallsAnswer;
        if (answer.call === call) found[answer.part] = answer.recalls as readonly Found[];
      }
    }
  }

  async end(): Promise<void> {
    this.#isAlone = true;
    await Promise.all(Array.from(this.#threads, ({ worker }) => worker.terminate()));
  }
}

/** The options for a thread; undefined if a rule or a dynamics is not what a maker of the library made. */
function packedOptions(
  memory: AnyMemory,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | undefined {
  const kind = kindNamed(memory.kind, allMemoryKinds);
  if (!isMadeHere(kind.options, memory) || !isMadeHere(kind.recallOptions, given)) return undefined;
  try {
    return packOptions(kind, given).options;
  } catch {
    // The calling thread meets the same error, or ignores the option.
    return undefined;
  }
}

/** Whether all values of options that makers make are of the library's own. */
function isMadeHere(specs: OptionSpecs, given: object): boolean {
  return Object.entries(specs).every(([name, spec]) => {
    const value = (given as Readonly<Record<string, object | undefined>>)[name];
    return spec.type !== "made" || value === undefined || spec.from.some((maker) => maker === makerOf(value));
  });
}

function bytesOf({ arrays }: Packed): number {
  return Array.from(arrays.values()).reduce((sum, { values }) => sum + values.byteLength, 0);
}

// Threads do not start threads: the work is already shared.
const here = isMainThread ? Math.min(MOST_THREADS, availableParallelism()) : 1;
let threads = new RecallThreads(here);
useNativeThreads(here);

/**
 * Sets the number of threads that `recallMany` of memories of spins uses, the calling one included; 1 for no other. The recalls
 * are the same bits for any number. Importing engram/node sets one per core, in the main thread of a program.
 *
 * Threads take part where the work is worth it. Operations are cues times units times stored patterns, or times units where
 * couplings are a matrix. From 2^27 on, threads are started and the memory is copied to them; while they hold it, they take part
 * from 2^22 on. They keep copies of the four memories used last, and do not keep a program running. The calling thread works
 * alone where threads cannot start, from memories of more than 256 MB, from those that extend the library's classes, and with
 * kernels, rules, dynamics or generators of a user's own.
 *
 * Recalls of real vectors by native kernels, one or many, use as many threads, which work on the vectors where they are.
 *
 * @returns a promise that resolves when the threads that were there have ended; later calls start others
 * @throws ArgumentError for a number that is not from 1 to 64
 */
export async function recallThreads(count: number): Promise<void> {
  requireInteger("threads", count, 1, MOST_THREADS);
  const before = threads;
  threads = new RecallThreads(count);
  useNativeThreads(count);
  await before.end();
}

/** Whether a number of operations is worth starting threads, for programs that recall over threads in another way. */
export function isWorthThreads(work: number): boolean {
  return work >= LEAST_WORK_TO_COPY;
}

recallOver((many) => threads.recall(many));
