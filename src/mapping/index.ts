export type { Descent, DescentOptions } from "./binarise.js";
export { type BlockGibbsOptions, blockGibbs, type SampleThroughOptions, sampleThroughRbm } from "./block-gibbs.js";
export { type Certificate, type CertifyOptions, certify } from "./certify.js";
export { hebbianFactor, type PatternFactor, qrFactor, squareRootFactor, svdFactor } from "./factors.js";
export { hiddenLogDensity, hiddenLogDensityGradient } from "./hidden-density.js";
export { type Lowdin, lowdin } from "./lowdin.js";
export type { SearchOptions } from "./search.js";
export type { SpinModel } from "./spin-model.js";
export { type HopfieldMapping, type RecoveredPattern, type ToHopfieldOptions, toHopfield } from "./to-hopfield.js";
export { type RbmMapping, type ToRbmOptions, toRbm } from "./to-rbm.js";
export {
  overlapMachine,
  projectionMachine,
  type UnrestrictedMachine,
  type UnrestrictedOptions,
} from "./unrestricted.js";
