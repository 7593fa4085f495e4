export { Packing, Unpacking } from "../packed.js";
export { type Activation, identity, sign } from "./associator/activation.js";
export {
  Associator,
  type AssociatorCue,
  type AssociatorInspection,
  type AssociatorOptions,
  type AssociatorRecall,
} from "./associator/associator.js";
export { Autoassociator, type AutoassociatorRecall, type FeedbackOptions } from "./associator/autoassociator.js";
export type { Crosstalk } from "./associator/crosstalk.js";
export { associatorKind, autoassociatorKind, recogniserKind } from "./associator/kinds.js";
export { Recogniser, type RecogniserInspection, type Recognition } from "./associator/recogniser.js";
export type { Attractor, NearestPattern, Part } from "./attractor.js";
export { type AutomatonOptions, type AutomatonRun, EigenvectorAutomaton } from "./automaton.js";
export { Bam, type BamInspection, type BamLearned, type BamOptions, type BamRecall } from "./bam/bam.js";
export { bamKind } from "./bam/kind.js";
export {
  type BamCue,
  BamNet,
  type BamNetOptions,
  type BamRun,
  type BamState,
  type JoinedCouplings,
} from "./bam/net.js";
export { Hopfield, type HopfieldInspection, type HopfieldOptions, type HopfieldRecall } from "./hopfield/hopfield.js";
export { hopfieldKind } from "./hopfield/kind.js";
export { countOf, isPairs, labelOf, selectItems } from "./items.js";
export { isMemoryKind, kindNamed, memoryKinds } from "./kinds.js";
export { largeKind } from "./large/kind.js";
export {
  type LargeCue,
  type LargeInspection,
  LargeMemory,
  type LargeOptions,
  type LargeRecall,
  type LargeRecallOptions,
} from "./large/large.js";
export { type LearnedLogic, type LogicNetwork, learnLogic, logicNetworks } from "./logic.js";
export type {
  AnyMemory,
  Extensions,
  Inspection,
  Items,
  Memory,
  MemoryKind,
  Nearest,
  Pairs,
  Recall,
  RecallOptions,
  Size,
  StreamingKind,
  StreamingMemory,
  UnpackOptions,
} from "./memory.js";
export type { ModernAttractor, ModernEvidence, ModernWeight } from "./modern/evidence.js";
export { type GuaranteeOptions, storageGuarantee } from "./modern/guarantee.js";
export type { ModernInspection } from "./modern/inspection.js";
export { modernKind } from "./modern/kind.js";
export {
  type ModernCue,
  type ModernItems,
  ModernMemory,
  type ModernRecall,
} from "./modern/modern.js";
export type { ModernOptions, ModernRecallOptions } from "./modern/options.js";
export { entmax, sparsemax } from "./modern/separations/entmax.js";
export { flat } from "./modern/separations/flat.js";
export { hard } from "./modern/separations/hard.js";
export { vectorSeparations } from "./modern/separations/index.js";
export type { VectorSeparation, Weighing } from "./modern/separations/separation.js";
export { softmax } from "./modern/separations/softmax.js";
export type { VectorLookup, VectorSource } from "./modern/source.js";
export { type ClampedRunOptions, HopfieldNet, type Run, type RunOptions } from "./net.js";
export { packPatterns, unpackPatterns } from "./packing.js";
export type { Delayed } from "./sequence/replay.js";
export {
  type Replay,
  type ReplayOptions,
  type SequenceInspection,
  SequenceMemory,
  type SequenceOptions,
  sequenceKind,
  type Visit,
} from "./sequence/sequence.js";
export type { Stability } from "./stability.js";
export type { Similarity } from "./vectors.js";
