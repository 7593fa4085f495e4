import type { Scaled } from "../../math/scaled.js";

/**
 * A separation function F of the overlaps x = xi . s, whole numbers from -n to n: the energy is E = -sum_mu F(x_mu) (Krotov and
 * Hopfield 2016). The faster F grows, the more patterns a memory separates. It is scaled so that F'(n) = 1: at a stored pattern
 * units feel fields of about 1, as with Hebb's rule.
 */
export interface Separation {
  /** F(x) times `divisor`. */
  at(x: number, units: number): Scaled;
  readonly divisor: (units: number) => Scaled;
  /** Absent if it is not known. */
  readonly capacity?: SeparationCapacity | undefined;
}

/** How many random patterns are held. */
export interface SeparationCapacity {
  patterns(units: number): number;
  readonly source: string;
}
