import type { KernelCall, Work } from "./workspace-crew.js";
import {
  listBase,
  listBytes,
  scratchBase,
  type WorkspaceCode,
  type WorkspaceKernel,
  type WorkspaceMemory,
  workspaceKernels,
} from "./workspace-module.js";

/*
 * Calls of kernels that are made many times, with the same arguments, as lists: one call from JavaScript performs a whole list.
 * What a small kernel computes takes less time than the objects of its call, which lie far apart in memory.
 */

/**
 * The kernels that WebAssembly performs in a list, in the order of their numbers in assembly/workspace-list.ts, and how many of
 * their parameters, the last ones, are numbers of single precision; the others are whole numbers.
 */
const listedKernels: Partial<Record<WorkspaceKernel, number>> = {
  denseProduct: 2,
  denseProducts: 2,
  transposeNumbers: 0,
  columnSums: 0,
  applyFunction: 2,
  combineArrays: 0,
  combineRows: 0,
  rowSums: 0,
  softmax: 0,
  logSumExps: 0,
  copyRows: 0,
  clearNumbers: 0,
};
const listedNames = Object.keys(listedKernels);

/**
 * What performs calls in order: in lists on the calling thread, but those by `run` that cost `apart` or more, to be divided among
 * threads, and those that lists cannot hold.
 */
export function preparedCalls(
  calls: readonly KernelCall[],
  code: WorkspaceCode,
  memory: WorkspaceMemory,
  run: Work["run"],
  apart = Number.POSITIVE_INFINITY,
): () => void {
  const listOf = code.performCalls === undefined ? wasmList : nativeList;
  const isListed = code.performCalls === undefined ? (kernel: WorkspaceKernel) => kernel in listedKernels : () => true;
  const steps: (() => void)[] = [];
  let together: KernelCall[] = [];
  const endList = () => {
    if (together.length > 0) steps.push(listOf(together, code, memory));
    together = [];
  };
  for (const call of calls) {
    const { kernel, count, step, cost, parameters } = call;
    if (count === 0) continue;
    if (cost < apart && isListed(kernel)) together.push(call);
    else {
      endList();
      steps.push(() => run(kernel, count, step, cost, parameters));
    }
  }
  endList();
  return () => {
    for (const step of steps) step();
  };
}

/** A list for native code, which reads it where it lies. */
function nativeList(calls: readonly KernelCall[], { performCalls }: WorkspaceCode): () => void {
  const numbers = calls.flatMap(({ kernel, count, parameters }) => {
    return [workspaceKernels.indexOf(kernel), 0, count, scratchBase, ...parameters];
  });
  const list = Float64Array.from(numbers);
  return () => performCalls?.(list.length, list);
}

/** A list for WebAssembly, which gets it in pieces: its memory holds one at a time. */
function wasmList(calls: readonly KernelCall[], { performList }: WorkspaceCode, memory: WorkspaceMemory): () => void {
  const place = new Uint32Array(memory.buffer, listBase, listBytes / 4);
  const pieces: Uint32Array[] = [];
  const piece = new Uint32Array(place.length);
  const numbers = new Float32Array(piece.buffer);
  let length = 0;
  const endPiece = () => {
    pieces.push(piece.slice(0, length));
    length = 0;
  };
  for (const { kernel, count, parameters } of calls) {
    if (length + 3 + parameters.length > piece.length) endPiece();
    piece.set([listedNames.indexOf(kernel), 0, count], length);
    length += 3;
    const whole = parameters.length - (listedKernels[kernel] ?? 0);
    parameters.forEach((parameter, k) => {
      (k < whole ? piece : numbers)[length++] = parameter;
    });
  }
  endPiece();
  return () => {
    for (const words of pieces) {
      place.set(words);
      performList(listBase, listBase + words.byteLength, scratchBase);
    }
  };
}
