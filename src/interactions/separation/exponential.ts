import { pow } from "../../math/elementary.js";
import { exponential as exponentialOf, scaled } from "../../math/scaled.js";
import type { Separation } from "./separation.js";

/**
 * F(x) = exp(beta (x - n)) / beta (Demircigil, Heusel, Löwe, Upgang and Vermet, On a model of associative memory with huge
 * storage capacity, 2017, for beta = 1). It is the limit of high powers.
 */
export function exponential(beta: number): Separation {
  return {
    at: (x, units) => exponentialOf(beta * (x - units)),
    divisor: () => scaled(beta),
    ...(beta === 1 && {
      capacity: {
        // Beyond 2^1000 nothing is told apart.
        patterns: (units: number) => pow(2, Math.min(1000, units / 2)),
        source: "Demircigil et al. 2017: every pattern is a fixed point",
      },
    }),
  };
}
