export { boltzmannTraining } from "./boltzmann/boltzmann.js";
export { type BoltzmannReport, type BoltzmannTraining, boltzmannOptions } from "./boltzmann/options.js";
export {
  clampedExact,
  clampedGibbs,
  clampedMeanField,
  type FreeRun,
  freeChains,
  freeExact,
  type NegativePhase,
  negativePhases,
  type PositivePhase,
  positivePhases,
} from "./boltzmann/phases/index.js";
export type {
  CheckpointArray,
  CheckpointMetadata,
  CheckpointOwner,
  LiveArrays,
  SavedCheckpoint,
  TrainingCheckpoint,
} from "./checkpoint.js";
export { type BatchLoader, type DataSource, type Probabilities, probabilities, type TrainingData } from "./data.js";
export { classifierTraining } from "./deep/classifier.js";
export {
  type ClassifierReport,
  type ClassifierScore,
  type ClassifierTraining,
  classifierOptions,
  type LabelledData,
} from "./deep/classifier-options.js";
export {
  type DeepBeliefReport,
  type DeepBeliefTraining,
  deepBeliefOptions,
  deepBeliefTraining,
  type LayerTraining,
} from "./deep/deep-belief-net.js";
export { deepBoltzmannTraining } from "./deep/deep-boltzmann-machine.js";
export {
  type DeepBoltzmannReport,
  type DeepBoltzmannTraining,
  deepBoltzmannOptions,
} from "./deep/deep-boltzmann-options.js";
export { denseTraining } from "./dense/dense-classifier.js";
export { type DenseReport, type DenseTraining, denseOptions } from "./dense/options.js";
export { type UsualDense, type UsualOptions, usualDense } from "./dense/usual.js";
export { Epochs } from "./epochs.js";
export {
  type BatchStatistics,
  contrastiveDivergence,
  fastWeights,
  type MethodSetting,
  type ModelChains,
  persistent,
  type TrainingMethod,
  tempering,
  trainingMethods,
  type UpdateGradient,
} from "./methods/index.js";
export * from "./monitors/index.js";
export {
  adam,
  centredRmsprop,
  type LearnedArray,
  momentum,
  type Optimiser,
  optimiserOption,
  optimisers,
  rmsprop,
  type StepOptions,
  type Steps,
} from "./optimisers/index.js";
export { type InitialiseOptions, initialise } from "./rbm/initialise.js";
export { type RbmOptionValues, type RbmReport, type RbmTraining, rbmOptions } from "./rbm/options.js";
export { rbmTraining } from "./rbm/rbm.js";
export {
  exponentialDecay,
  halvingDecay,
  inverseTimeDecay,
  linearDecay,
  type Scheduled,
  schedules,
  stepwise,
} from "./schedules/index.js";
export { train, trainBy } from "./train.js";
export type {
  LayerReport,
  Measured,
  Monitor,
  MonitorContext,
  Status,
  TrainingCommon,
  TrainingKind,
  TrainingPlan,
  TrainingReport,
  TrainingStage,
} from "./training.js";
export { describeScheduled } from "./training.js";
export {
  type Trainable,
  type TrainingDataOf,
  type TrainingOf,
  type TrainingOptionsOf,
  type TrainingReportOf,
  trainings,
} from "./trainings.js";
export { type Dream, type UnlearningOptions, unlearn, unlearning } from "./unlearning.js";
