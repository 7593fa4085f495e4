export { defaultKernels, defaultWorkspace } from "./default.js";
export type { ColumnAscent, EnergyGaps, GapGradients, PowerDifferences } from "./energy-gaps.js";
export { type Built, buildFitting, Held } from "./fitting.js";
export * from "./kernels.js";
export { referenceKernels } from "./reference.js";
export { referenceWorkspace } from "./reference-workspace.js";
export { StreamedVectorOperator, type VectorRows } from "./streamed-vectors.js";
export { type Kept, type KeptBlocks, type Screening, VectorScreen, type WholeQueries } from "./vector-screen.js";
export {
  CHUNK,
  type Comparison,
  type DoubleParts,
  LEAST_SCORE,
  type SingleParts,
  type SoftmaxOfVectors,
  type SoftmaxParts,
  VectorOperator,
  type VectorPrecision,
  VectorRoom,
  type VectorUse,
} from "./vectors.js";
export { wasmKernels } from "./wasm/index.js";
export { wasmWorkspace } from "./wasm/workspace.js";
export * from "./workspace.js";
