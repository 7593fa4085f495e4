import { ArgumentError } from "engram";
import type { Experiment } from "./experiment.js";
import { tableFiveSteps } from "./rojas-1996/table-five-steps.js";
import { tableOneStep } from "./rojas-1996/table-one-step.js";
import { tablePseudoinverse } from "./rojas-1996/table-pseudoinverse.js";

export * from "./experiment.js";
export * from "./perform.js";

/** All experiments, in the order in which they are listed. */
export const experiments: readonly Experiment[] = [tableOneStep, tableFiveSteps, tablePseudoinverse];

/** @throws ArgumentError where there is none of that id */
export function experimentById(id: string): Experiment {
  const found = experiments.find((experiment) => experiment.id === id);
  if (found === undefined) throw new ArgumentError(`there is no experiment "${id}"`);
  return found;
}
