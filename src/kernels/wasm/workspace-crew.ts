import type { NativeKernels } from "../native/code.js";
import { preparedCalls } from "./workspace-list.js";
import {
  perform,
  type WorkspaceKernel,
  type WorkspaceMemory,
  workspaceCode,
  workspaceModule,
} from "./workspace-module.js";

/** The threads that perform the operations of workspaces. */
export interface Crew {
  readonly threads: number;
  /** Makes the memory of a workspace known to all threads; it is shared memory if there are several. */
  begin(memory: WorkspaceMemory): Work;
}

/** The operations of the threads in one memory. */
export interface Work {
  /**
   * Performs a kernel for the outputs 0 ... count - 1, divided at multiples of `step`, and returns when all is done.
   * `cost` is roughly the nanoseconds that it takes, so that little work is not divided.
   */
  run(kernel: WorkspaceKernel, count: number, step: number, cost: number, parameters: readonly number[]): void;
  /** What performs these calls in order, as `run` would. */
  prepare(calls: readonly KernelCall[]): () => void;
  end(): void;
}

/** A call of `run`. */
export interface KernelCall {
  readonly kernel: WorkspaceKernel;
  readonly count: number;
  readonly step: number;
  readonly cost: number;
  readonly parameters: readonly number[];
}

/** The calling thread alone. */
export function crewOfOne(native?: NativeKernels): Crew {
  return {
    threads: 1,
    begin(memory) {
      const code = workspaceCode(workspaceModule(false), memory, native);
      const run: Work["run"] = (kernel, count, step, _cost, parameters) => {
        perform(code[kernel], count, step, 0, 1, 0, parameters);
      };
      return {
        run,
        prepare: (calls) => preparedCalls(calls, code, memory, run),
        end: () => {},
      };
    },
  };
}
