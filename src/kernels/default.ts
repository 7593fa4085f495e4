import type { Kernels } from "./kernels.js";
import type { NativeKernels } from "./native/code.js";
import { referenceKernels } from "./reference.js";
import { referenceWorkspace } from "./reference-workspace.js";
import { isSupported, WasmKernels, wasmKernels } from "./wasm/index.js";
import { nativeWorkspace, wasmWorkspace } from "./wasm/workspace.js";
import type { MakeWorkspace, Workspace } from "./workspace.js";

/** What computes: plain TypeScript, WebAssembly, or native code in the memory of WebAssembly. All give the same bits. */
export type Backend =
  | { readonly name: "reference" | "wasm"; readonly native?: undefined }
  | { readonly name: "native"; readonly native: NativeKernels };

let choose = (): Backend => ({ name: isSupported() ? "wasm" : "reference" });

/** Sets what chooses the backend from now on; engram/node does, since only Node can load native kernels. */
export function chooseBackend(by: () => Backend): void {
  choose = by;
}

/** The fastest backend that runs here, or the one that was asked for. */
export function defaultBackend(): Backend {
  return choose();
}

/**
 * The fastest kernels that run here: native ones in programs that import engram/node, WebAssembly with SIMD, or the reference
 * where an engine does not have it or a content security policy forbids it. All give the same bits.
 */
export function defaultKernels(): Kernels {
  const backend = choose();
  if (backend.name === "native") return made(backend.native).kernels;
  return backend.name === "wasm" ? wasmKernels() : referenceKernels;
}

/**
 * The fastest workspace on one thread that runs here, with room for `bytes` bytes; chosen as in `defaultKernels`. Every
 * backend gives the same bits.
 */
export function defaultWorkspace(bytes: number): Workspace {
  const backend = choose();
  if (backend.name === "native") return made(backend.native).workspace(bytes);
  return backend.name === "wasm" ? wasmWorkspace(bytes) : referenceWorkspace(bytes);
}

/** What the whole program shares of native kernels, made when first asked for. */
const natives = new WeakMap<NativeKernels, { readonly kernels: Kernels; readonly workspace: MakeWorkspace }>();

function made(native: NativeKernels) {
  const found = natives.get(native) ?? {
    kernels: new WasmKernels(undefined, native),
    workspace: nativeWorkspace(native),
  };
  natives.set(native, found);
  return found;
}
