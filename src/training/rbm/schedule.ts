import { ArgumentError, requireNumber, requireOptions } from "../../errors.js";
import { exp, log } from "../../math/elementary.js";

/** A number that changes with the epochs. */
export interface Schedule {
  /** What the schedule is, for checkpoints: two with the same text give the same numbers. */
  readonly description: string;
  /** The number after so many epochs, whole or not. */
  at(epochs: number): number;
}

/** A number that stays, or one that changes. */
export type Scheduled = number | Schedule;

/** From `from` to `to` along a line in so many epochs, and `to` after them. */
export function linearDecay(options: { from: number; to: number; epochs: number }): Schedule {
  requireOptions(options, "{ from, to, epochs }");
  const { from, to, epochs } = options;
  requireNumber("from", from, 0);
  requireNumber("to", to, 0);
  requireNumber("epochs", epochs, Number.MIN_VALUE);
  return {
    description: describe("linear decay", { from, to, epochs }),
    at: (t) => (t >= epochs ? to : from + ((to - from) * t) / epochs),
  };
}

/** `from` times `factor` to the power of the number of epochs. */
export function exponentialDecay(options: { from: number; factor: number }): Schedule {
  requireOptions(options, "{ from, factor }");
  const { from, factor } = options;
  requireNumber("from", from, 0);
  requireNumber("factor", factor, Number.MIN_VALUE, 1);
  return { description: describe("exponential decay", { from, factor }), at: (t) => from * exp(t * log(factor)) };
}

/**
 * `from` / (1 + t / half): half of `from` after `half` epochs, then falling off as 1 / t (Robbins and Monro, A stochastic
 * approximation method, 1951).
 */
export function inverseTimeDecay(options: { from: number; half: number }): Schedule {
  requireOptions(options, "{ from, half }");
  const { from, half } = options;
  requireNumber("from", from, 0);
  requireNumber("half", half, Number.MIN_VALUE);
  return { description: describe("inverse time decay", { from, half }), at: (t) => from / (1 + t / half) };
}

/** Pairs of an epoch and the number from that epoch on; the first epoch is 0. */
export function stepwise(steps: readonly (readonly [epoch: number, value: number])[]): Schedule {
  if (!(steps?.length > 0) || steps[0][0] !== 0) {
    throw new ArgumentError("steps does not begin at epoch 0; expected pairs like [[0, 0.5], [5, 0.9]]");
  }
  for (let k = 0; k < steps.length; k++) {
    requireNumber(`steps[${k}][0]`, steps[k][0], k === 0 ? 0 : steps[k - 1][0]);
    requireNumber(`steps[${k}][1]`, steps[k][1], 0);
  }
  const copy = steps.map(([epoch, value]): [number, number] => [epoch, value]);
  return {
    description: describe("steps", { steps: copy }),
    at: (t) => copy.findLast(([epoch]) => epoch <= t)![1],
  };
}

/** Takes what callers may pass as a number with or without a schedule; it must never leave [low, high]. */
export function asSchedule(name: string, given: Scheduled, low: number, high?: number): Schedule {
  if (typeof given === "object" && typeof given?.at === "function") {
    requireNumber(`${name} at epoch 0`, given.at(0), low, high);
    return given;
  }
  const value = given as number;
  requireNumber(name, value, low, high);
  return { description: `${value}`, at: () => value };
}

function describe(name: string, options: object): string {
  return `${name} ${JSON.stringify(options)}`;
}
