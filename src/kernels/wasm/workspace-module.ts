import { type NativeKernels, withNative } from "../native/code.js";
import { compile, instantiate } from "./engine.js";
import { sharedWorkspaceBase64, workspaceBase64 } from "./module.generated.js";

/** The kernels of a workspace, in the order of their numbers. */
export const workspaceKernels = [
  "bitsProduct",
  "denseProduct",
  "denseProducts",
  "drawMeans",
  "drawStates",
  "drawNormals",
  "transposeNumbers",
  "transposeBits",
  "columnSums",
  "softplusSums",
  "applyFunction",
  "combineArrays",
  "combineRows",
  "rowSums",
  "softmax",
  "logSumExps",
  "adam",
  "ascend",
  "ascendProducts",
  "energyGaps",
  "gapGradients",
  "ascendColumns",
  "copyRows",
  "clearNumbers",
] as const;

export type WorkspaceKernel = (typeof workspaceKernels)[number];

/** Computes the part `from` to `to` of a result, with scratch memory at an address and the parameters of assembly/. */
export type Part = (from: number, to: number, scratch: number, ...parameters: number[]) => void;

/** An instance of the module over the memory of a workspace. */
export interface WorkspaceCode extends Readonly<Record<WorkspaceKernel, Part>> {
  /** Performs calls of kernels that are listed in memory, see `workspace-list.ts`. */
  readonly performList: (at: number, end: number, scratch: number) => void;
  /** The same by native code, for a list in an array of its own. */
  readonly performCalls?: ((length: number, list: Float64Array) => void) | undefined;
}

/** The memory of a workspace, and the module that operates on it. */
export type WorkspaceMemory = WebAssembly.Memory;
export type WorkspaceModule = WebAssembly.Module;

/** Where a piece of a list of calls lies, and its bytes. */
export const listBase = 65536;
export const listBytes = 65536;

/** Bytes of scratch that each thread has, from `scratchBase` on; the arrays of a workspace follow. */
export const scratchBytes = 5 * 65536;
export const scratchBase = listBase + listBytes;

/** How far beyond the end of an array kernels may read. */
export const overrun = 128;

const modules: { own?: WorkspaceModule; shared?: WorkspaceModule } = {};

/** The module for a memory of one thread, or for one that threads share. */
export function workspaceModule(shared: boolean): WorkspaceModule {
  if (shared) modules.shared ??= compile(sharedWorkspaceBase64);
  else modules.own ??= compile(workspaceBase64);
  return (shared ? modules.shared : modules.own) as WorkspaceModule;
}

export function workspaceCode(module: WorkspaceModule, memory: WorkspaceMemory, native?: NativeKernels): WorkspaceCode {
  return withNative(instantiate<WorkspaceCode>(module, memory), memory, native);
}

/**
 * A thread performs part `index` of `parts` of the outputs 0 ... count - 1: parts are neighbours, nearly equal, and
 * begin at multiples of `step`. Outputs do not depend on the thread that computes them.
 */
export function perform(
  part: Part,
  count: number,
  step: number,
  index: number,
  parts: number,
  thread: number,
  parameters: readonly number[],
): void {
  const steps = Math.ceil(count / step);
  const from = Math.floor((steps * index) / parts) * step;
  const to = Math.min(count, Math.floor((steps * (index + 1)) / parts) * step);
  if (from < to) part(from, to, scratchBase + thread * scratchBytes, ...parameters);
}
