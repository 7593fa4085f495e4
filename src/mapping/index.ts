export { type BlockGibbsOptions, blockGibbs, type SampleThroughOptions, sampleThroughRbm } from "./block-gibbs.js";
export { hebbian, type PatternFactor, qr, squareRoot, svd } from "./factors.js";
export { hiddenLogDensity, hiddenLogDensityGradient } from "./hidden-density.js";
export { type RbmMapping, type ToRbmOptions, toRbm } from "./to-rbm.js";
export {
  overlapMachine,
  projectionMachine,
  type UnrestrictedMachine,
  type UnrestrictedOptions,
} from "./unrestricted.js";
