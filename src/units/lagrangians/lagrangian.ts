import { type MakerOf, type Making, maker, type OptionSpecs } from "../../options.js";

/**
 * The Lagrangian L(x) of a layer, a convex function whose gradient is the layer's activation (Krotov and Hopfield, Large
 * associative memory problem in neurobiology and machine learning, 2020, arXiv 2008.06996, equation 2).
 */
export interface Lagrangian {
  /** L(x) */
  value(x: Float64Array): number;
  /** The gradient of L at x, into `out`, which may be x. */
  activate(x: Float64Array, out: Float64Array): void;
}

/** Builds the maker of a Lagrangian. */
export function lagrangian<const Specs extends OptionSpecs>(
  making: Making<Lagrangian, Specs>,
): MakerOf<Lagrangian, Specs> {
  return maker("Lagrangian", making);
}
