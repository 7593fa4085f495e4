export {
  globalRetrievalLoad,
  globalRetrievalTemperature,
  hopfieldMeanField,
  type MeanField,
  type MeanFieldState,
  retrievalLimit,
  retrievalTemperature,
  spinGlassTemperature,
} from "./hopfield.js";
export { boundedTheory, marginalistTheory, type Palimpsest } from "./palimpsest.js";
export {
  projectionRetrieval,
  projectionRetrievalTemperature,
  projectionSpinGlass,
  projectionStep,
} from "./projection.js";
export { type SparseCapacity, sparseCapacity, sparseLimit } from "./sparse.js";
