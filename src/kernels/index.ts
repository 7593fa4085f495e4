import type { Kernels } from "./kernels.js";
import { referenceKernels } from "./reference.js";

export * from "./kernels.js";
export { referenceKernels } from "./reference.js";

/** The backend that is used where none is passed in. */
export function defaultKernels(): Kernels {
  return referenceKernels;
}
