export type { Attractor, Part } from "./hopfield/attractor.js";
export { Hopfield, type HopfieldOptions } from "./hopfield/hopfield.js";
export type { Inspection } from "./hopfield/inspection.js";
export type { Recall, RecallOptions } from "./hopfield/recall.js";
