export type { Attractor, Part } from "./hopfield/attractor.js";
export { Hopfield, type HopfieldOptions, type Recall } from "./hopfield/hopfield.js";
export type { Inspection } from "./hopfield/inspection.js";
export { HopfieldNet, type Run, type RunOptions } from "./hopfield/net.js";
