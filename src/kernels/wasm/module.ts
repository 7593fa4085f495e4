import { internal } from "../../errors.js";
import { type NativeKernels, withNative } from "../native/code.js";
import { compile, instantiate } from "./engine.js";
import { Heap } from "./heap.js";
import { moduleBase64 } from "./module.generated.js";

type Kernel =
  | "overlaps"
  | "transpose"
  | "product8"
  | "product16"
  | "product32"
  | "product64"
  | "byteColumns"
  | "product16OfOne"
  | "spreadSpins"
  | "gatherOverlaps"
  | "spread16"
  | "spread32"
  | "spread64"
  | "wholeFields"
  | "fractionFields"
  | "wholeSigns"
  | "wholeSignsOfOne"
  | "respond"
  | "multiply"
  | "roundToGrid"
  | "wholeField"
  | "wholeVisit"
  | "fractionField"
  | "fractionVisit"
  | "peaks"
  | "separate"
  | "activeVotes"
  | "separationFields"
  | "separationField"
  | "separationSum"
  | "separationVisit"
  | "spinValues"
  | "denseFields"
  | "denseFlips"
  | "denseVisit"
  | "sparseFields"
  | "sparseFlips"
  | "sparseVisit"
  | "orthonormalise"
  | "addOuterProducts"
  | "addSquares"
  | "compareVectors"
  | "softmaxOfVectors"
  | "addVectors"
  | "compareSingles"
  | "softmaxOfSingles"
  | "addSingles"
  | "screenVectors"
  | "selectBlocks";

/** The functions that assembly/index.ts exports; addresses and numbers in, a number or nothing out. */
export type Code = Readonly<Record<Kernel, Run>> & {
  // What native kernels alone have, if the processor has the instructions:
  /** `overlaps`, where it is faster for many states than `product8`. */
  readonly manyOverlaps?: Run;
  /** `product16` for 32 lanes. */
  readonly product16Wide?: Run;
};

type Run = (...parameters: number[]) => number;

/** One instance of the module and the memory it works in. */
export interface Machine {
  readonly code: Code;
  readonly heap: Heap;
}

let compiled: WebAssembly.Module | undefined;

/** @throws EngramError where WebAssembly with SIMD does not run */
export function machine(limit?: number, native?: NativeKernels): Machine {
  compiled ??= compile(moduleBase64);
  const heap = new Heap(limit);
  const code = instantiate<Code>(compiled, heap.memory);
  return { code: withNative(code, heap.memory, native), heap };
}

/** Throws unless an argument of a kernel has the expected size. */
export function requireSize(what: string, size: number, expected: number): void {
  if (size !== expected) throw internal(`${what} has size ${size}; a kernel expected ${expected}`);
}
