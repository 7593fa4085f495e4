import { DataError } from "engram";
import type { Learn, Untrained } from "./contestant.js";

/** Bits of the scale of numbers that are kept in whole steps. */
export const SCALE = 32;

/** The most bits of one number. */
export const PRECISE = 32;

/** Bits of one number of a memory that is trained before it stores anything. */
export const NIBBLE = 4;

/** As many bits for each of `count` numbers as fit into a budget. */
export function precisionOf(count: number, budget: number): number {
  return Math.max(0, Math.min(PRECISE, Math.floor(budget / count)));
}

/** A memory that keeps the patterns themselves. */
export function patternsKept(name: string, learn: Learn): Untrained {
  return {
    name,
    keeps: "the patterns",
    counted: "n p bits",
    most: (units, budget) => Math.floor(budget / units),
    bits: (units, patterns) => units * patterns,
    learn,
  };
}

/**
 * Numbers rounded to this number of bits: to the nearest of 2^bits levels, symmetric about zero and evenly spaced. Of several
 * spacings the one with the smallest squared error is used.
 */
export function rounded(values: Float64Array, bits: number): Float64Array {
  if (bits >= PRECISE) return Float64Array.from(values, Math.fround);
  const largest = values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  if (largest === 0) return values.slice();
  const levels = 2 ** bits;
  let best: { readonly out: Float64Array; readonly error: number } | undefined;
  // With many levels the largest number must be reached; with few, most numbers gain by smaller steps.
  for (let part = 20; part >= (bits > 8 ? 20 : 2); part--) {
    const step = (2 * largest * part) / 20 / levels;
    let error = 0;
    const out = values.map((x) => {
      const k = Math.max(-levels / 2, Math.min(levels / 2 - 1, Math.floor(x / step)));
      const nearest = (k + 1 / 2) * step;
      error += (x - nearest) * (x - nearest);
      return nearest;
    });
    if (best === undefined || error < best.error) best = { out, error };
  }
  return best?.out ?? values.slice();
}

/** What learning gives; undefined where it cannot hold the patterns. */
export function held<T>(learn: () => T): T | undefined {
  try {
    return learn();
  } catch (error) {
    if (error instanceof DataError) return undefined;
    throw error;
  }
}
