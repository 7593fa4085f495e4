export { type Activation, identity, sign } from "./associator/activation.js";
export {
  Associator,
  type AssociatorInspection,
  type AssociatorOptions,
  type AssociatorRecall,
} from "./associator/associator.js";
export { Autoassociator, type AutoassociatorRecall, type FeedbackOptions } from "./associator/autoassociator.js";
export type { Crosstalk } from "./associator/crosstalk.js";
export { Recogniser, type Recognition } from "./associator/recogniser.js";
export type { Vector, Vectors } from "./associator/vectors.js";
export { type AutomatonOptions, type AutomatonRun, EigenvectorAutomaton } from "./automaton.js";
export { Bam, type BamInspection, type BamOptions, type BamRecall } from "./bam/bam.js";
export { type BamCue, BamNet, type BamNetOptions, type BamRun } from "./bam/net.js";
export type { Attractor, Nearest, Part } from "./hopfield/attractor.js";
export { Hopfield, type HopfieldOptions, type Recall } from "./hopfield/hopfield.js";
export type { Inspection } from "./hopfield/inspection.js";
export { HopfieldNet, type Run, type RunOptions } from "./hopfield/net.js";
export { type LearnedLogic, type LogicNetwork, learnLogic, logicNetworks } from "./logic.js";
export { type Replay, type ReplayOptions, SequenceMemory, type SequenceOptions, type Visit } from "./sequence.js";
