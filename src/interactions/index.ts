export { type Couplings, toMatrix } from "./couplings.js";
export { DenseCouplings } from "./dense.js";
export { type DiluteOptions, dilute } from "./dilute.js";
export { PatternCouplings } from "./from-patterns.js";
export { SparseCouplings, type SparseRows } from "./sparse.js";
