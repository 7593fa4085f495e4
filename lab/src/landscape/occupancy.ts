import { logSumExp } from "engram/math";
import type { Analysis } from "./net.js";

/** States that are listed. */
const MOST_STATES = 6;

/** The likeliest states at a temperature. */
export function occupancy(
  { states }: Pick<Analysis, "states">,
  counts: ArrayLike<number>,
  visits: number,
  temperature: number,
) {
  const exponents = Float64Array.from(states, ({ energy }) => -energy / temperature);
  const total = logSumExp(exponents);
  return states
    .map(({ word, energy }) => ({
      word,
      energy,
      spent: visits === 0 ? undefined : counts[word] / visits,
      expected: Math.exp(exponents[word] - total),
    }))
    .sort((a, b) => b.expected - a.expected || a.word - b.word)
    .slice(0, MOST_STATES);
}
