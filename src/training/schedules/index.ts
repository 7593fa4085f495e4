import type { Maker, Schedule } from "../../options.js";
import { exponentialDecay } from "./exponential.js";
import { inverseTimeDecay } from "./inverse-time.js";
import { linearDecay } from "./linear.js";
import { stepwise } from "./stepwise.js";

export { exponentialDecay, inverseTimeDecay, linearDecay, stepwise };

/** A number that stays, or one that changes with the epochs. */
export type Scheduled = number | Schedule;

/** All schedules. */
export const schedules: readonly Maker<Schedule>[] = [linearDecay, exponentialDecay, inverseTimeDecay, stepwise];

/** What a number is after so many epochs. */
export function valueAt(scheduled: Scheduled, epochs: number): number {
  return typeof scheduled === "number" ? scheduled : scheduled.at(epochs);
}
