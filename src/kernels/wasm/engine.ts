import { EngramError } from "../../errors.js";

/** Compiles a module from base64. @throws EngramError where WebAssembly or SIMD is missing or forbidden */
export function compile(base64: string): WebAssembly.Module {
  return permitted(() => {
    return new WebAssembly.Module(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
  });
}

/** The exports of a module that works in a memory. @throws EngramError where WebAssembly is forbidden */
export function instantiate<Exports>(module: WebAssembly.Module, memory: WebAssembly.Memory): Exports {
  return permitted(() => new WebAssembly.Instance(module, { env: { memory } }).exports as Exports);
}

/**
 * A content security policy without 'wasm-unsafe-eval' forbids to compile, and some engines to instantiate, what
 * `WebAssembly.validate` accepts. `node --jitless` has no WebAssembly at all.
 */
function permitted<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new EngramError(
      `WebAssembly with SIMD does not run here (${cause instanceof Error ? cause.message : String(cause)}); ` +
        "use defaultKernels() and defaultWorkspace(), which compute the same bits without it",
      { cause },
    );
  }
}
