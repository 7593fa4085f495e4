import type { MessagePort } from "node:worker_threads";
import type { WorkspaceMemory, WorkspaceModule } from "../../kernels/wasm/workspace-module.js";

/** Indices of the numbers that the threads of `workspaceThreads` share. */
export const field = {
  /** Incremented at every order; workers wait for it to change. */
  order: 0,
  /** The order, in the upper bits, and the next of its parts that is not taken. */
  next: 1,
  /** Number of unfinished parts; the calling thread waits for it to become 0. */
  left: 2,
  /** Number of workers that sleep and must be woken. */
  asleep: 3,
  /** Not 0 after a worker has thrown and posted the error. */
  failed: 4,
  workspace: 5,
  kernel: 6,
  count: 7,
  step: 8,
  parameters: 9,
  length: 10,
} as const;

/** Number of bits of `field.next` that index the parts. */
const PART_BITS = 8;

/** Order numbers wrap around at this count, long after every worker has finished the order with the same number. */
export const MOST_ORDERS = 2 ** (31 - PART_BITS) - 1;

/** The value of `field.next` when an order begins. */
export function firstPart(order: number): number {
  return order << PART_BITS;
}

/**
 * Takes the next part of an order, or -1 if none is left; there is one part per thread. A worker that is too late, when the
 * order is done and the numbers that it has read may be those of another, gets none.
 */
export function takePart(control: Int32Array, order: number, parts: number): number {
  const first = firstPart(order);
  for (;;) {
    const next = Atomics.load(control, field.next);
    const part = next - first;
    if (part < 0 || part >= parts) return -1;
    if (Atomics.compareExchange(control, field.next, next, next + 1) === next) return part;
  }
}

/** Room for the parameters of a kernel. */
export const MOST_PARAMETERS = 16;

/** The data that a thread starts with. */
export interface WorkspaceThreadOrder {
  readonly module: WorkspaceModule;
  readonly control: Int32Array;
  readonly parameters: Float64Array;
  readonly port: MessagePort;
  readonly thread: number;
  readonly threads: number;
}

/** A message about a workspace: a new one has a memory, a disposed one has none. */
export interface WorkspaceNews {
  readonly workspace: number;
  readonly memory?: WorkspaceMemory;
}
