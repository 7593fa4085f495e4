import type { Kernels, PatternOperator, PatternOperatorDescription } from "../kernels.js";
import { WasmDenseOperator } from "./dense-operator.js";
import { type Machine, machine } from "./module.js";
import { WasmPatternOperator } from "./pattern-operator.js";

/** The kernels in WebAssembly with 128-bit SIMD, on one thread, in a memory of their own. */
export class WasmKernels implements Kernels {
  readonly name = "wasm";
  readonly #machine: Machine = machine();

  /** Bytes that operators and walks hold. */
  get bytes(): number {
    return this.#machine.heap.used;
  }

  /** Bytes that the memory has grown to. */
  get reserved(): number {
    return this.#machine.heap.memory.buffer.byteLength;
  }

  patternOperator(description: PatternOperatorDescription): PatternOperator {
    return new WasmPatternOperator(this.#machine, description);
  }

  denseOperator(weights: Float64Array, units: number): WasmDenseOperator {
    return new WasmDenseOperator(this.#machine, weights, units);
  }
}

let shared: WasmKernels | undefined;

/** The WebAssembly kernels that the whole program shares; made when first asked for. */
export function wasmKernels(): Kernels {
  shared ??= new WasmKernels();
  return shared;
}

export { isSupported } from "./module.js";
