import type { MessagePort } from "node:worker_threads";
import type { WorkspaceMemory, WorkspaceModule } from "../../kernels/wasm/workspace-module.js";

/** Where things stand in the numbers that the threads of `workspaceThreads` share. */
export const field = {
  /** Goes up with every order; workers wait for it to change. */
  order: 0,
  /** The order, in the upper bits, and its next part that nobody has taken. */
  next: 1,
  /** How many parts are not done; the calling thread waits for it to become 0. */
  left: 2,
  /** How many workers sleep and must be woken. */
  asleep: 3,
  /** Not 0 after a worker has thrown and posted why. */
  failed: 4,
  workspace: 5,
  kernel: 6,
  count: 7,
  step: 8,
  parameters: 9,
  length: 10,
} as const;

/** Bits of `field.next` that number the parts. */
const PART_BITS = 8;

/** Numbers of orders go round after so many, long after every worker has forgotten the one that had its number. */
export const MOST_ORDERS = 2 ** (31 - PART_BITS) - 1;

/** What `field.next` is when an order begins. */
export function firstPart(order: number): number {
  return order << PART_BITS;
}

/**
 * Takes the next of the parts of an order, as many as there are threads, or -1 where none is left. A worker that comes
 * too late, when the order is done and the numbers that it has read may be those of another, gets none.
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

/** What a thread is told when it starts. */
export interface WorkspaceThreadOrder {
  readonly module: WorkspaceModule;
  readonly control: Int32Array;
  readonly parameters: Float64Array;
  readonly port: MessagePort;
  readonly thread: number;
  readonly threads: number;
}

/** A workspace that is new, with its memory, or gone, without it. */
export interface WorkspaceNews {
  readonly workspace: number;
  readonly memory?: WorkspaceMemory;
}
