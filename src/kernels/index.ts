export * from "./kernels.js";
export { referenceKernels } from "./reference.js";
