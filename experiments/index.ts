import type { Experiment } from "./experiment.js";

export * from "./experiment.js";
export * from "./perform.js";

/** All experiments, in the order in which they are listed. */
export const experiments: readonly Experiment[] = [];
