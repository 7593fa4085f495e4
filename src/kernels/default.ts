import type { Kernels } from "./kernels.js";
import { referenceKernels } from "./reference.js";
import { referenceWorkspace } from "./reference-workspace.js";
import { isSupported, wasmKernels } from "./wasm/index.js";
import { wasmWorkspace } from "./wasm/workspace.js";
import type { Workspace } from "./workspace.js";

/**
 * The fastest kernels that run here: WebAssembly with SIMD, or the reference where an engine does not have it or a content
 * security policy forbids it. Both give the same bits.
 */
export function defaultKernels(): Kernels {
  return isSupported() ? wasmKernels() : referenceKernels;
}

/**
 * The fastest workspace on one thread that runs here, with room for `bytes` bytes; chosen as in `defaultKernels`. Every
 * backend gives the same bits.
 */
export function defaultWorkspace(bytes: number): Workspace {
  return isSupported() ? wasmWorkspace(bytes) : referenceWorkspace(bytes);
}
