import { type MakerOf, type Making, maker, type OptionSpecs } from "../../../options.js";

/** How much each stored pattern counts for a query. */
export interface Weighing {
  /** p, not negative, of sum 1; all 0 where no pattern is in reach. */
  readonly weights: Float64Array;
  /** The potential whose gradient with respect to the scores is p; -Infinity where no pattern is in reach. */
  readonly potential: number;
}

/** A separation function of real vectors: from scores, beta times the similarities, to weights. */
export interface VectorSeparation {
  /** Weights of the scores t. */
  weigh(scores: Float64Array): Weighing;
  /** The potential of `count` scores of 0. */
  uniform(count: number): number;
  /** By how much one score must lead all others of `count` so that its weight is at least `share`, which is below 1. */
  lead(count: number, share: number): number;
  /** Whether `weigh` is softmax: kernels then compute it together with the mean of the patterns. */
  readonly isSoftmax?: true;
  /** The one similarity that it is for, if it is. */
  readonly similarity?: "euclidean";
}

/** Builds the maker of a separation function. */
export function separation<const Specs extends OptionSpecs>(
  making: Making<VectorSeparation, Specs>,
): MakerOf<VectorSeparation, Specs> {
  return maker("separation", making);
}
