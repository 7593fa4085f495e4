export { type Couplings, toMatrix } from "./couplings.js";
export { DenseCouplings } from "./dense.js";
export { PatternCouplings } from "./from-patterns.js";
