export type { SparseRows } from "../kernels/index.js";
export { clamped } from "./clamped.js";
export type { Couplings, KeptPatterns, LinearParts } from "./couplings.js";
export { DenseCouplings } from "./dense.js";
export { type DiluteOptions, dilute } from "./dilute.js";
export { PatternCouplings } from "./from-patterns.js";
export {
  type Evaluation,
  type Interaction,
  type InteractionParts,
  type Linear,
  type Net,
  requireLinear,
  toMatrix,
  type Walk,
} from "./interaction.js";
export { interactionFrom, quadratic } from "./quadratic.js";
export * from "./separation/index.js";
export { SparseCouplings } from "./sparse.js";
export { withThresholds } from "./thresholds.js";
