/** Kernels that can race here, in the order of the rows. A process chooses among them by ENGRAM_KERNELS when it starts. */
export function availableKernels() {
  return ["wasm"];
}

/** The kernels that this process uses. */
export function kernelsInUse() {
  return "wasm";
}
