export { type AnnealedChains, type AnnealingEstimate, anneal, annealBack } from "./annealing.js";
export { baseRateInputs, uniformInputs } from "./base-rate.js";
export { type DeepPartitionOptions, deepBoltzmannBound, deepLogPartition } from "./dbm-bound.js";
export { type DeepBeliefBound, type DeepBeliefBoundOptions, deepBeliefBound } from "./dbn-bound.js";
export { type ExactSamplesOptions, exactSamples } from "./exact-samples.js";
export { HiddenChains, type HiddenChainsOptions } from "./hidden-chains.js";
export { type HiddenPartition, type HiddenPartitionOptions, hiddenLogPartition } from "./hidden-partition.js";
export { type LogLikelihood, likelihoodOf, logLikelihood } from "./log-likelihood.js";
export { type LikelihoodMonitorOptions, likelihoodMonitor } from "./monitor.js";
export {
  type AnnealingOptions,
  annealedImportance,
  logPartition,
  type PartitionOptions,
  type ReverseEstimate,
  type ReverseOptions,
  reverseAnnealedImportance,
} from "./partition.js";
export { RbmChains, type RbmChainsOptions } from "./rbm-chains.js";
export { linearSchedule, type ScheduleOptions, threePieceSchedule } from "./schedule.js";
export type { StateRows } from "./state-rows.js";
export { type PartitionFunction, type SandwichOptions, sandwich } from "./verdict.js";
export type { Watch } from "./watch.js";
export { type LogMean, logMeanWeight } from "./weights.js";
