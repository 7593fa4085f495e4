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
  type ErrorSimulation,
  errorOfDraw,
  gaussianError,
  type HebbLoad,
  hebbError,
  loadForError,
  simulateError,
} from "./crosstalk.js";
export { type Histogram, histogram, type Stabilities, stabilities } from "./stability.js";
