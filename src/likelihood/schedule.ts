import { ArgumentError, DataError, requireInteger } from "../errors.js";

/** Options of the annealing schedule from the base model to the machine. */
export interface ScheduleOptions {
  /** Number of equally spaced temperatures, including the base model and the machine, at least 2; defaults to 1,000. */
  readonly temperatures?: number | undefined;
  /** lambda at every temperature, rising from 0 to 1, instead of `temperatures`. */
  readonly schedule?: ArrayLike<number> | undefined;
}

/**
 * 0, ..., 1 in equal steps.
 *
 * @param temperatures number of values, including both ends; at least 2
 */
export function linearSchedule(temperatures: number): Float64Array {
  requireInteger("temperatures", temperatures, 2);
  return Float64Array.from({ length: temperatures }, (_, k) => k / (temperatures - 1));
}

/**
 * 0, ..., 1 in decreasing steps: of 14,500 steps 500 go to 0.5, 4,000 to 0.9 and 10,000 to 1, and the same proportions of any
 * other number (Salakhutdinov and Murray, On the quantitative analysis of deep belief networks, 2008).
 *
 * @param temperatures number of values, including both ends; at least 2
 */
export function threePieceSchedule(temperatures: number): Float64Array {
  requireInteger("temperatures", temperatures, 2);
  return Float64Array.from({ length: temperatures }, (_, k) => {
    if (k === temperatures - 1) return 1;
    const step = (14_500 * k) / (temperatures - 1);
    if (step <= 500) return step / 1000;
    return step <= 4500 ? 0.5 + (step - 500) / 10_000 : 0.9 + (step - 4500) / 100_000;
  });
}

/** Throws unless the values begin with 0, rise, and end with 1. */
export function requireSchedule(schedule: ArrayLike<number>): void {
  const last = schedule.length - 1;
  if (!(last >= 1)) {
    throw new ArgumentError(`schedule has ${schedule.length} values; expected at least 2, from 0 to 1`);
  }
  for (let k = 0; k <= last; k++) {
    if (k === 0 ? schedule[k] === 0 : schedule[k] > schedule[k - 1]) continue;
    const expected = k === 0 ? "0" : `a number above schedule[${k - 1}] = ${schedule[k - 1]}`;
    throw new DataError(`schedule[${k}] is ${schedule[k]}; expected ${expected}`);
  }
  if (schedule[last] !== 1) throw new DataError(`schedule[${last}] is ${schedule[last]}; expected 1, the last value`);
}

/** The given schedule, checked, or the linear one. */
export function scheduleOf({ temperatures, schedule }: ScheduleOptions): ArrayLike<number> {
  if (schedule === undefined) return linearSchedule(temperatures ?? 1000);
  if (temperatures !== undefined) throw new ArgumentError("both temperatures and schedule are given; omit one of them");
  requireSchedule(schedule);
  return schedule;
}
