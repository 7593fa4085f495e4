import type { MessagePort } from "node:worker_threads";
import type { WorkspaceMemory, WorkspaceModule } from "../../kernels/wasm/workspace-module.js";
import type { HandedKernels } from "../native.js";

/** Largest number of threads, and so of the parts of an order. */
export const MOST_THREADS = 64;

/** Indices of the numbers that the threads of `workspaceThreads` share. */
export const field = {
  /** Incremented at every order; workers wait for it to change. */
  order: 0,
  /** Incremented after every part; the calling thread waits for it to change. */
  finished: 1,
  /** Number of workers that sleep and must be woken. */
  asleep: 2,
  /** Not 0 after a worker has thrown and posted the error. */
  failed: 3,
  workspace: 4,
  kernel: 5,
  count: 6,
  step: 7,
  parameters: 8,
  /** Incremented several times a second by the keeper. */
  beats: 9,
  /** One number per part: the order in the upper bits, and who has it. */
  parts: 10,
  /** One number per thread: 1 from when its worker has ended until another one takes its place. */
  dead: 10 + MOST_THREADS,
  length: 10 + 2 * MOST_THREADS,
} as const;

/** Number of bits of a part that say who has it. */
const HOLDER_BITS = 8;
const FREE = 0;
const DONE = 2 ** HOLDER_BITS - 1;

/** Order numbers wrap around at this count, long after every worker has finished the order with the same number. */
export const MOST_ORDERS = 2 ** (31 - HOLDER_BITS) - 1;

/** Offers the parts of an order, one per thread. */
export function offerParts(control: Int32Array, order: number, parts: number): void {
  for (let part = 0; part < parts; part++) {
    Atomics.store(control, field.parts + part, (order << HOLDER_BITS) | FREE);
  }
}

/**
 * Takes a part of an order for a thread, or -1 if none is left. A worker that is too late, when the order is done and the
 * numbers that it has read may be those of another, gets none.
 */
export function takePart(control: Int32Array, order: number, parts: number, thread: number): number {
  const free = (order << HOLDER_BITS) | FREE;
  const mine = (order << HOLDER_BITS) | (thread + 1);
  for (let part = 0; part < parts; part++) {
    if (Atomics.compareExchange(control, field.parts + part, free, mine) === free) return part;
  }
  return -1;
}

/** Notes that a part is done. */
export function finishPart(control: Int32Array, order: number, part: number): void {
  Atomics.store(control, field.parts + part, (order << HOLDER_BITS) | DONE);
  Atomics.add(control, field.finished, 1);
  Atomics.notify(control, field.finished);
}

/** The thread that works on a part, or -1 if it is done. */
export function holderOf(control: Int32Array, part: number): number {
  const holder = Atomics.load(control, field.parts + part) & DONE;
  return holder === DONE ? -1 : holder - 1;
}

/** Whether the worker of a thread has ended. */
export function isDead(control: Int32Array, thread: number): boolean {
  return Atomics.load(control, field.dead + thread) !== 0;
}

/** Room for the parameters of a kernel. */
export const MOST_PARAMETERS = 20;

/** The data that a worker starts with. */
export interface WorkspaceThreadOrder {
  readonly module: WorkspaceModule;
  readonly control: Int32Array;
  readonly parameters: Float64Array;
  readonly port: MessagePort;
  readonly thread: number;
  readonly threads: number;
  readonly kernels: HandedKernels;
}

/** The data that the keeper starts with: it starts workers, and notes when one ends, while the calling thread waits. */
export interface KeeperOrder {
  readonly control: Int32Array;
}

/** A message from the keeper: a worker is ready, or has ended. */
export interface KeeperNews {
  readonly thread: number;
  /** Why it has ended; absent from one that is ready. */
  readonly ended?: string;
  /** Whether it ended before it was ready. */
  readonly lost?: boolean;
}

/** A message about a workspace: a new one has a memory, a disposed one has none. */
export interface WorkspaceNews {
  readonly workspace: number;
  readonly memory?: WorkspaceMemory;
}
