/** Half the distance of the numbers from 1 on in single precision. */
const UNIT = 2 ** -24;
/** The least score of a weight above 0, and the vectors that are summed up in single precision: see kernels/vectors.ts. */
const LEAST = 40;
const RUN = 128;
/** The relative error of an exponential. */
const EXPONENTIAL = 2 * UNIT;
/** Squares beyond this may leave single precision. */
const LARGEST = 2 ** 120;

/** A softmax step in single precision. */
export interface SingleStep {
  readonly units: number;
  /** Number of patterns. */
  readonly count: number;
  readonly beta: number;
  /** |q|. */
  readonly query: number;
  /** The length of the longest pattern, and of the longest vector that is averaged: pattern or value. */
  readonly longest: number;
  readonly averaged: number;
  readonly isEuclidean: boolean;
}

/**
 * An upper bound of how far a softmax step in single precision is from the exact one; Infinity where it may leave the numbers of
 * single precision.
 *
 * A similarity is a sum over n entries in sixteen parts: with u = 2^-24 its error is at most (n/16 + 6) u |q| M for products, and
 * (n/16 + 9) u (|q| + M)^2 / 2 for distances, the rounding of q among them (Higham, Accuracy and stability of numerical
 * algorithms, 2002, section 3.1). The score beta (s_j - s_max) takes three roundings more, at most 40 of size, and a weight that of
 * an exponential: all weights are off by a factor within 1 +- e. A mean with such weights is off by at most 2 e M / (1 - e);
 * weights below e^-40 are 0, and sums over runs of 128 in single precision add 130 u M.
 */
export function singleRounding({ units, count, beta, query, longest, averaged, isEuclidean }: SingleStep): number {
  const size = isEuclidean ? (query + longest) * (query + longest) : query * longest;
  if (!(size < LARGEST && beta < LARGEST)) return Number.POSITIVE_INFINITY;
  const terms = Math.ceil(units / 16);
  const similarity = isEuclidean ? ((terms + 9) * UNIT * size) / 2 : (terms + 6) * UNIT * size;
  const off = beta * similarity + 3 * UNIT * LEAST + EXPONENTIAL;
  if (off >= 0.5) return 2 * averaged;
  // e^off - 1 for off below 1/2.
  const part = off * (1 + off);
  // e^-40 is below 2^-57.
  const faint = count * 2 ** -57;
  return averaged * Math.min(2, (2 * part) / (1 - part) + (RUN + 2) * UNIT + 2 * faint);
}
