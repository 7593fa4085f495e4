import type { MessagePort } from "node:worker_threads";
import type { WorkspaceMemory, WorkspaceModule } from "../../kernels/wasm/workspace-module.js";

/** Where things stand in the numbers that the threads of `workspaceThreads` share. */
export const field = {
  /** Goes up with every order; workers wait for it to change. */
  order: 0,
  /** How many workers have not done their share; the calling thread waits for it to become 0. */
  left: 1,
  /** How many workers sleep and must be woken. */
  asleep: 2,
  /** Not 0 after a worker has thrown and posted why. */
  failed: 3,
  workspace: 4,
  kernel: 5,
  count: 6,
  step: 7,
  parameters: 8,
  length: 9,
} as const;

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
