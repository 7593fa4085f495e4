import { DataError } from "../errors.js";

/**
 * Exact sums of fractions. Values that are multiples of one power of two, and few enough that no partial sum of them
 * needs more than 53 bits, add up without rounding: then the order of the terms, the width of a register and the number
 * of workers cannot affect the result. (Pre-rounding, as in Demmel and Nguyen, Fast Reproducible Floating-Point
 * Summation, 2013, section III.)
 */

/**
 * The constant that rounds to a grid on which values with `sum |v| <= magnitude` add up exactly: `v + shift - shift` is
 * v rounded to the nearest multiple of 2^(e-51), where 2^e is the smallest power of two that is at least `magnitude`.
 * The rounding is at most 2^-51 of the magnitude, as much as an ordinary sum loses.
 */
export function gridShift(magnitude: number): number {
  requireMagnitude(magnitude);
  let power = 1;
  while (power < magnitude) power *= 2;
  while (power * 0.5 >= magnitude && power > 2 ** -900) power *= 0.5;
  // The sum of v and 1.5 * 2^52 units has no bits below one unit.
  return power * 2 ** -51 * 1.5 * 2 ** 52;
}

/** Throws if values with `sum |v| <= magnitude` have no grid: above 2^900. */
export function requireMagnitude(magnitude: number): void {
  if (magnitude <= 2 ** 900) return;
  throw new DataError(`the values add up to ${magnitude}; expected a finite sum of magnitudes of at most 2^900`);
}

/** Rounds `values` in place to the grid of their own magnitude, sum |v|, added up in index order. */
export function roundToGrid(values: Float64Array): void {
  let magnitude = 0;
  for (let i = 0; i < values.length; i++) magnitude += Math.abs(values[i]);
  const shift = gridShift(magnitude);
  for (let i = 0; i < values.length; i++) values[i] = values[i] + shift - shift;
}
