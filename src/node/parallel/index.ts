export { type ParallelBasinOptions, parallelBasins } from "./basins.js";
export { type ParallelCensusOptions, parallelCensus, parallelFixedPoints } from "./census.js";
export { type MapOptions, mapParallel, type ParallelOptions, type Prepare } from "./map.js";
