import { kernelsInUse as inUse } from "../dist/node/index.js";

/** Kernels that can race here, in the order of the rows. A process chooses among them by ENGRAM_KERNELS when it starts. */
export function availableKernels() {
  const { kernels } = inUse();
  return kernels === "native" ? ["wasm", "native"] : [kernels];
}

/** The kernels that this process uses. */
export function kernelsInUse() {
  return inUse().kernels;
}
