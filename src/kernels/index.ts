import type { Kernels } from "./kernels.js";
import { referenceKernels } from "./reference.js";
import { isSupported, wasmKernels } from "./wasm/index.js";

export * from "./kernels.js";
export { referenceKernels, wasmKernels };

let supported: boolean | undefined;

/** The fastest kernels that run here: WebAssembly with SIMD, else the reference. Their results are the same bits. */
export function defaultKernels(): Kernels {
  supported ??= isSupported();
  return supported ? wasmKernels() : referenceKernels;
}
