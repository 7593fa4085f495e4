import { wholePower } from "../../math/scaled.js";
import { powerCapacity, powerDivisor } from "./power.js";
import type { Separation } from "./separation.js";

/**
 * F(x) = max(x, 0)^d / (d n^(d-1)), a rectified power (Krotov and Hopfield, Dense associative memory for pattern recognition,
 * 2016). Patterns that point away from the state do not count, so that negatives are not attractors and half of the noise is
 * gone.
 */
export function rectified(degree: number): Separation {
  return {
    at: (x) => wholePower(Math.max(x, 0), degree),
    divisor: (units) => powerDivisor(degree, units),
    capacity: {
      patterns: (units) => 2 * powerCapacity(degree, units),
      source: "Krotov and Hopfield 2016 for the power, with half of the patterns as noise",
    },
  };
}
