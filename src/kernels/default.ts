import type { Kernels } from "./kernels.js";
import { referenceKernels } from "./reference.js";
import { referenceWorkspace } from "./reference-workspace.js";
import { isSupported, wasmKernels } from "./wasm/index.js";
import { wasmWorkspace } from "./wasm/workspace.js";
import type { Workspace } from "./workspace.js";

let supported: boolean | undefined;

/** The fastest kernels that run here: WebAssembly with SIMD, else the reference. Both give the same bits. */
export function defaultKernels(): Kernels {
  supported ??= isSupported();
  return supported ? wasmKernels() : referenceKernels;
}

/**
 * The fastest workspace on one thread that runs here, with room for `bytes` bytes. Every backend gives the same bits.
 */
export function defaultWorkspace(bytes: number): Workspace {
  supported ??= isSupported();
  return supported ? wasmWorkspace(bytes) : referenceWorkspace(bytes);
}
