import { internal } from "../../errors.js";
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
  | "spinValues"
  | "denseFields"
  | "denseVisit";

/** The functions that assembly/index.ts exports; addresses and numbers in, a number or nothing out. */
export type Code = Readonly<Record<Kernel, (...parameters: number[]) => number>>;

/** One instance of the module and the memory it works in. */
export interface Machine {
  readonly code: Code;
  readonly heap: Heap;
}

let bytes: Uint8Array<ArrayBuffer> | undefined;
let compiled: WebAssembly.Module | undefined;

function moduleBytes(): Uint8Array<ArrayBuffer> {
  bytes ??= Uint8Array.from(atob(moduleBase64), (character) => character.charCodeAt(0));
  return bytes;
}

/** Whether this engine has WebAssembly with 128-bit SIMD. */
export function isSupported(): boolean {
  return typeof WebAssembly === "object" && WebAssembly.validate(moduleBytes());
}

export function machine(): Machine {
  compiled ??= new WebAssembly.Module(moduleBytes());
  const heap = new Heap();
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory: heap.memory } });
  return { code: exports as Code, heap };
}

/** Throws unless an argument of a kernel has the expected size. */
export function requireSize(what: string, size: number, expected: number): void {
  if (size !== expected) throw internal(`${what} has size ${size}; a kernel expected ${expected}`);
}
