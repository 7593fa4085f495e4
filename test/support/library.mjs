/* The built library, with exports of subpaths for the test of its bits; runs in Node, on a page and in a worker. */
export * from "../../dist/index.js";
export { DenseCouplings } from "../../dist/interactions/index.js";
export { referenceKernels, wasmKernels } from "../../dist/kernels/index.js";
export { Digest } from "../../dist/math/index.js";
