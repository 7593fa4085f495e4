export { type BoltzmannEpoch, type BoltzmannTraining, trainBoltzmann } from "./boltzmann.js";
export {
  type ClampedGibbsOptions,
  clampedExact,
  clampedGibbs,
  clampedMeanField,
  type FreeChainsOptions,
  type FreeRun,
  freeChains,
  freeExact,
  type NegativePhase,
  type PositivePhase,
} from "./boltzmann-phases.js";
export type { DropoutRates } from "./deep/back-propagation.js";
export type { ClassifierScore } from "./deep/best-classifier.js";
export type { DeepLayerOptions, DeepTrainingCommon } from "./deep/dbm-options.js";
export { type FineTuneReport, fineTune } from "./deep/fine-tune.js";
export type { FineTuneOptions, LabelledData } from "./deep/fine-tune-options.js";
export {
  type DeepPretraining,
  type DeepPretrainingReport,
  pretrainDeepBoltzmannMachine,
} from "./deep/pretrain-dbm.js";
export { type DeepBoltzmannReport, type DeepBoltzmannTraining, trainDeepBoltzmannMachine } from "./deep/train-dbm.js";
export {
  type DeepBeliefReport,
  type DeepBeliefTraining,
  type LayerTraining,
  trainDeepBeliefNet,
} from "./deep/train-dbn.js";
export * from "./monitors/index.js";
export type { CheckpointArray, CheckpointMetadata, SavedCheckpoint, TrainingCheckpoint } from "./rbm/checkpoint.js";
export { type ContrastiveDivergenceOptions, contrastiveDivergence } from "./rbm/contrastive-divergence.js";
export { type Probabilities, probabilities, type TrainingData } from "./rbm/data.js";
export { type FastWeightsOptions, fastWeights } from "./rbm/fast-weights.js";
export { type InitialiseOptions, initialise } from "./rbm/initialise.js";
export type { LiveArrays, MethodSetting, ModelChains, Phase, TrainingMethod, UpdateGradient } from "./rbm/method.js";
export type { Measured, Monitor, MonitorContext } from "./rbm/monitor.js";
export type { CentredOptions, SparsityOptions, TrainOptions } from "./rbm/options.js";
export { type PersistentOptions, persistent } from "./rbm/persistent.js";
export type { TrainingReport } from "./rbm/report.js";
export {
  exponentialDecay,
  inverseTimeDecay,
  linearDecay,
  type Schedule,
  type Scheduled,
  stepwise,
} from "./rbm/schedule.js";
export { type TemperingOptions, tempering } from "./rbm/tempering.js";
export { train } from "./rbm/train.js";
export { type Dream, type UnlearningOptions, unlearn, unlearning } from "./unlearning.js";
