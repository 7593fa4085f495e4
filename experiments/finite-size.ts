import { estimateMean, hypot, pow, proportion } from "engram/math";
import type { Interval } from "./statistics.js";

/** Something measured in nets of one size at one value of the parameter along which it changes. */
export interface Measured extends Interval {
  readonly units: number;
  /** The parameter: a load, a temperature. */
  readonly at: number;
}

/** The share of successes among independent trials, with 99 % limits: a scan compares many of them. */
export function shareOf(successes: readonly boolean[]): Interval {
  return proportion(successes.filter(Boolean).length, successes.length, 0.99);
}

/** The mean over draws that may each count as several trials. Draws that are all equal count as one trial each. */
export function meanOf(draws: readonly number[]): Interval {
  const [first] = draws;
  if ((first === 0 || first === 1) && draws.every((value) => value === first)) {
    return proportion(first * draws.length, draws.length);
  }
  return estimateMean(draws);
}

/**
 * Where a share, which falls from 1 to 0 along a parameter, jumps in an infinite net, from the trend between the smallest
 * and the largest size: below the jump it rises with n, above it falls. `low` is the largest parameter at which it rises, `high`
 * the smallest one at which it falls, both beyond the intervals of the two sizes; where none does, the end of the
 * measured range. Requires that the jump sharpens (as n^(-1/2): draws of patterns differ) faster than it moves.
 */
export function bracket(points: readonly Measured[]): { readonly low: number; readonly high: number } {
  const sizes = [...new Set(points.map(({ units }) => units))].sort((a, b) => a - b);
  const [small, large] = [sizes[0], sizes[sizes.length - 1]].map((size) =>
    points.filter(({ units }) => units === size).sort((a, b) => a.at - b.at),
  );
  const rises = large.filter(({ low }, k) => low > small[k].high).map(({ at }) => at);
  const low = rises.at(-1) ?? large[0].at;
  const falls = large.filter(({ at, high }, k) => at > low && high < small[k].low).map(({ at }) => at);
  return { low, high: falls[0] ?? large[large.length - 1].at };
}

/** The parameter at which a falling share passes 1/2 in nets of one size, by straight lines; undefined where it does not. */
export function halfWay(points: readonly Measured[]): number | undefined {
  const sorted = [...points].sort((a, b) => a.at - b.at);
  const k = sorted.findIndex(({ value }, i) => i > 0 && value < 0.5 && sorted[i - 1].value >= 0.5);
  if (k < 0) return undefined;
  const [before, after] = [sorted[k - 1], sorted[k]];
  return before.at + ((before.value - 0.5) / (before.value - after.value)) * (after.at - before.at);
}

/**
 * The parameter at which a falling share passes 1/2, with the ones at which the ends of its intervals do; the ends of the
 * measured range where they do not.
 */
export function passing(points: readonly Measured[]): Interval {
  const at = (end: "value" | "low" | "high") => {
    const sorted = [...points].sort((a, b) => a.at - b.at);
    const found = halfWay(points.map((point) => ({ ...point, value: point[end] })));
    return found ?? (sorted[0][end] < 0.5 ? sorted[0].at : sorted[sorted.length - 1].at);
  };
  return { value: at("value"), low: at("low"), high: at("high") };
}

/** The limit of an infinite net from two sizes, whose deviation from it goes as n^(-power). */
export function toInfinity(small: Sized, large: Sized, power = 1): Interval {
  const ratio = pow(large.units / small.units, power);
  const value = (ratio * large.value - small.value) / (ratio - 1);
  const width = hypot(ratio * (large.high - large.low), small.high - small.low) / (ratio - 1) / 2;
  return { value, low: value - width, high: value + width };
}

interface Sized extends Interval {
  readonly units: number;
}
