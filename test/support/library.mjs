/* The built library, with exports of subpaths for the tests of its bits; runs in Node, on a page and in a worker. */
export * from "../../dist/index.js";
export { DenseCouplings } from "../../dist/interactions/index.js";
export {
  defaultKernels,
  defaultWorkspace,
  referenceKernels,
  referenceWorkspace,
  wasmKernels,
} from "../../dist/kernels/index.js";
export { Digest } from "../../dist/math/index.js";
export { BagClassifier, bagTraining, drawBags, poolings } from "../../dist/neural/index.js";
export { tempering, train, trainBy } from "../../dist/training/index.js";
export { gaussian } from "../../dist/units/index.js";
