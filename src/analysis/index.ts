export {
  type Basin,
  type BasinOptions,
  type BasinPicture,
  type BasinRow,
  basinPicture,
  basins,
  indexOfAttraction,
  type PictureOptions,
  type ReachOptions,
} from "./basins.js";
export {
  type Census,
  type CensusEntry,
  type CensusOptions,
  census,
  describeAttractors,
  fixedPoints,
  type SynchronousAttractor,
  successorTable,
  synchronousAttractors,
} from "./census.js";
export {
  type ErrorSimulation,
  errorOfDraw,
  gaussianError,
  type HebbLoad,
  hebbError,
  loadForError,
  simulateError,
} from "./crosstalk.js";
export {
  type RetrievalDraw,
  type RetrievalOptions,
  type RetrievalProgress,
  type RetrievalSetting,
  retrieval,
  retrievalOfDraw,
} from "./retrieval.js";
export { type Histogram, histogram, type Stabilities, stabilities } from "./stability.js";
export { type GraphState, type StateGraph, stateGraph } from "./state-graph.js";
