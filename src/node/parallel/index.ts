export { type ParallelBasinOptions, parallelBasins } from "./basins.js";
export { type ParallelCensusOptions, parallelCensus, parallelFixedPoints } from "./census.js";
export { type MapOptions, mapParallel, type ParallelOptions, type Prepare } from "./map.js";
export type { BatchOptions } from "./pool.js";
export {
  type BatchRecallOptions,
  type ParallelRecallOptions,
  type PoolKinds,
  parallelRecall,
  RecallPool,
} from "./recall.js";
export { recallThreads } from "./recalls.js";
export { type WorkspaceThreads, workspaceThreads } from "./workspace-threads.js";
