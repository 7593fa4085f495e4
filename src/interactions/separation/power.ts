import { product, type Scaled, scaled, wholePower } from "../../math/scaled.js";
import type { Separation } from "./separation.js";

/**
 * F(x) = x^d / (d n^(d-1)) (Krotov and Hopfield, Dense associative memory for pattern recognition, 2016). For d = 2 the fields
 * are those of Hebb's rule without self-couplings. For an even d the negatives of the patterns are attractors as well.
 */
export function power(degree: number): Separation {
  return {
    at: (x) => wholePower(x, degree),
    divisor: (units) => powerDivisor(degree, units),
    capacity: {
      patterns: (units) => powerCapacity(degree, units),
      source: "Krotov and Hopfield 2016, half a percent of the units wrong after one update",
    },
  };
}

/** d n^(d-1) */
export function powerDivisor(degree: number, units: number): Scaled {
  return product(scaled(degree), wholePower(units, degree - 1));
}

/**
 * n^(d-1) / (z^2 (2d - 3)!!): the gap of a unit's energies has mean 2 d n^(d-1) and, from the other patterns, variance
 * 4 d^2 (2d - 3)!! p n^(d-1); a normal variable is beyond z = 2.5758 with a probability of 0.5 %.
 */
export function powerCapacity(degree: number, units: number): number {
  const z = 2.5758293035489004;
  let patterns = 1 / (z * z);
  for (let k = 1; k < degree; k++) patterns *= units / (2 * k - 1);
  return patterns;
}
