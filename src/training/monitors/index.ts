export type { Average } from "./average.js";
export { Conditionals } from "./conditionals.js";
export { deadHiddenUnits } from "./dead-units.js";
export { type FreeEnergyGap, freeEnergyGap } from "./free-energy-gap.js";
export {
  deadUnitsMonitor,
  freeEnergyMonitor,
  measuredPseudoLikelihood,
  pseudoLikelihoodMonitor,
  reconstructionMonitor,
  weightsMonitor,
} from "./monitors.js";
export { type PseudoLikelihoodOptions, pseudoLikelihood } from "./pseudo-likelihood.js";
export { reconstructions, squaredReconstructionError } from "./reconstruction.js";
export { sampleRows } from "./sample.js";
export { deadUnitsWarning, divergenceWarning, overfittingWarning } from "./warnings.js";
export { type WeightNorms, weightNorms } from "./weight-norms.js";
