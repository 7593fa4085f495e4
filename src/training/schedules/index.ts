import type { Maker, Schedule } from "../../options.js";
import { exponentialDecay } from "./exponential.js";
import { halvingDecay } from "./halving.js";
import { inverseTimeDecay } from "./inverse-time.js";
import { linearDecay } from "./linear.js";
import { stepwise } from "./stepwise.js";

export { exponentialDecay, halvingDecay, inverseTimeDecay, linearDecay, stepwise };

/** A constant number, or one that changes with the epochs. */
export type Scheduled = number | Schedule;

/** All schedules. */
export const schedules: readonly Maker<Schedule>[] = [
  linearDecay,
  exponentialDecay,
  halvingDecay,
  inverseTimeDecay,
  stepwise,
];

/** The value after a number of epochs. */
export function valueAt(scheduled: Scheduled, epochs: number): number {
  return typeof scheduled === "number" ? scheduled : scheduled.at(epochs);
}
