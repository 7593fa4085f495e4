export {
  BagClassifier,
  type BagParameters,
  type BagPrediction,
  type BagTensors,
  bagClassifierOptions,
} from "./bags/bag-classifier.js";
export { type BagSet, bagCount, bagRows, type DrawBagsOptions, drawBags } from "./bags/bag-set.js";
export { bagsKind } from "./bags/kind.js";
export { type Pooled, type Pooling, poolings } from "./bags/poolings/index.js";
export {
  type BagReport,
  type BagScore,
  type BagTraining,
  bagTraining,
  bagTrainingOptions,
  scoreBags,
} from "./bags/training.js";
export { block, type Damage, damages, flips, type Patterned } from "./energy/damages/index.js";
export {
  type Energy,
  type EnergyParameters,
  energies,
  type InitialParameter,
  mlp,
  quadratic,
  quadraticFeatures,
  reconstruction,
} from "./energy/energies/index.js";
export {
  type EnergyCue,
  type EnergyInspection,
  EnergyMemory,
  type EnergyMemoryOptions,
  type EnergyRecall,
  type EnergyRecallOptions,
} from "./energy/energy-memory.js";
export { type EnergyScore, scoreEnergyMemory } from "./energy/evaluation.js";
export {
  type EnergyMemoryParameters,
  type ReadTensors,
  traceReading,
  traceWriting,
} from "./energy/inner-loops.js";
export { energyMemoryKind, energyMemoryOf } from "./energy/kind.js";
export { energyMemoryOptions, energyRecallOptions, readingOptions, writeOptions } from "./energy/options.js";
export {
  type EnergyReport,
  type EnergyTraining,
  EpisodeSource,
  energyTraining,
  energyTrainingOptions,
  trainEnergyMemory,
} from "./energy/training.js";
export type { EncodedSentence, EncodedStory } from "./facts/encoded-stories.js";
export {
  bagOfWords,
  type Encoding,
  type EncodingTerm,
  encodings,
  encodingWeights,
  position,
} from "./facts/encodings/index.js";
export { memoryNetworkKind } from "./facts/kind.js";
export { type Answered, MemoryNetwork, memoryNetworkOptions, type StoryTensors } from "./facts/memory-network.js";
export { answers, facts, type Supervised, type Supervision, supervisions } from "./facts/supervisions/index.js";
export {
  type StoryReport,
  type StoryScore,
  type StoryTraining,
  scoreStories,
  storyTraining,
  storyTrainingOptions,
} from "./facts/training.js";
export {
  adjacent,
  type FactTable,
  type HopTables,
  layerwise,
  type Sizes,
  type Tying,
  tyings,
} from "./facts/tyings/index.js";
export { type AssociationLayer, fromHflayers, type HflayersOptions, type StateDictionary } from "./hflayers.js";
export {
  CodeMemory,
  type Coders,
  type KanervaCue,
  type KanervaInspection,
  type KanervaRecall,
  type KanervaRecallOptions,
} from "./kanerva/code-memory.js";
export {
  type EpisodeTensors,
  type EpisodeTerms,
  episodeShapes,
  type KanervaParameters,
  type Sampled,
  traceEpisodes,
} from "./kanerva/episode.js";
export { GaussianMemory, type GaussianPrior, type GaussianWrite } from "./kanerva/gaussian-memory.js";
export {
  type Addressing,
  type KanervaMachine,
  singleMachine,
  type TrainedAddresses,
} from "./kanerva/kanerva-machine.js";
export { KanervaMemory, type KanervaOptions } from "./kanerva/kanerva-memory.js";
export { kanervaKind, productKanervaKind } from "./kanerva/kind.js";
export { kanervaOptions, kanervaRecallOptions, productOptions } from "./kanerva/options.js";
export { Perceptron, type PerceptronOptions } from "./kanerva/perceptron.js";
export { ProductKanerva, type ProductKanervaOptions } from "./kanerva/product-kanerva.js";
export { type Assignment, type ProductOptions, productMachine, trainedAssignment } from "./kanerva/product-machine.js";
export {
  type KanervaBound,
  type KanervaReport,
  type KanervaTraining,
  kanervaBound,
  kanervaTraining,
  kanervaTrainingOptions,
  type MeasuredBound,
  type TrainedMemory,
} from "./kanerva/training.js";
export { neuralMemoryKinds, neuralModelKinds } from "./kinds.js";
export {
  Association,
  type AssociationInputs,
  type AssociationOptions,
  type AssociationParameters,
  type AssociationResult,
  associationOptions,
  type RecallPatterns,
} from "./layers/association.js";
export {
  AssociationLookup,
  type AssociationLookupOptions,
  type AssociationLookupParameters,
} from "./layers/association-lookup.js";
export {
  AssociationPooling,
  type AssociationPoolingOptions,
  type AssociationPoolingParameters,
} from "./layers/association-pooling.js";
export { type Linear, linear, linearParameters } from "./layers/linear.js";
export { type Normalisation, normalisationParameters, normalised } from "./layers/normalisation.js";
export type { Retrieved } from "./layers/retrieve.js";
export {
  contentWeights,
  interpolated,
  readRows,
  sharpened,
  shifted,
  writtenRows,
} from "./machines/addressing.js";
export { allocationOf, alongLink, linkedBy, used } from "./machines/dnc.js";
export { dnc, lstm, type Machine, type MachineStep, machines, ntm } from "./machines/index.js";
export { machineKinds } from "./machines/kind.js";
export {
  type Evidence,
  SequenceMachine,
  type SequenceRun,
  type SequenceScore,
  type SteppedMachine,
  type SteppedResults,
  sequenceMachineOptions,
} from "./machines/sequence-machine.js";
export {
  requireTask,
  type SequenceReport,
  type SequenceTraining,
  sequenceTraining,
  sequenceTrainingOptions,
} from "./machines/training.js";
export {
  endsOf,
  fixed,
  type Halted,
  type Halting,
  type Halts,
  haltingLoss,
  haltings,
  reinforce,
} from "./memo/halting.js";
export { memoKind } from "./memo/kind.js";
export type { MapParameters } from "./memo/maps.js";
export {
  type Inferred,
  Memo,
  type MemoParameters,
  type MemoTensors,
  type MemoTrace,
  memoOptions,
} from "./memo/memo.js";
export {
  type MemoReport,
  type MemoScore,
  type MemoTraining,
  memoTraining,
  memoTrainingOptions,
  scoreMemo,
} from "./memo/training.js";
export type { Shapes } from "./model-program.js";
export { filledParameter, isParameter, normalParameter, type Parameter } from "./parameters.js";
export * from "./tape/index.js";
export {
  associativeRecall,
  copy,
  damagedPatterns,
  damagedPatternsOf,
  nGram,
  prioritySort,
  repeatCopy,
  type Sequences,
  type SequenceTask,
  sequenceAt,
  sequenceTasks,
} from "./tasks/index.js";
export {
  type Episodes,
  type PairTask,
  pairedInference,
  pairedInferenceOf,
  pairTasks,
} from "./tasks/paired-inference.js";
export { drawStories, type StoryOptions, type StoryTask, storyTasks } from "./tasks/stories.js";
export { tapeOptions } from "./training/options.js";
export {
  type TracedModel,
  type TracedReport,
  type TracedTraining,
  tracedTraining,
  trainTraced,
} from "./training/traced.js";
export { leaves, type Mapped, mapTree, type ShapeTree } from "./tree.js";
