import type { Matrix } from "../../math/matrix.js";

/** One layer of a feed-forward net. */
export interface ClassifierLayer {
  /** Inputs x units. */
  readonly weights: Matrix;
  readonly bias: Float64Array;
}
