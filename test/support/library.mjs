/* The built library with what the test of its bits needs beyond the front door; runs in Node, on a page and in a worker. */
export * from "../../dist/index.js";
export { DenseCouplings } from "../../dist/interactions/index.js";
export { referenceKernels, wasmKernels } from "../../dist/kernels/index.js";
export { Digest } from "../../dist/math/index.js";
