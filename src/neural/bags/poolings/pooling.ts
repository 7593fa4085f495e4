import type { Random } from "../../../math/random.js";
import { type MakerOf, type Making, maker, type OptionSpecs } from "../../../options.js";
import type { Tensor } from "../../tape/tensor.js";

/** What a bag of instances becomes. */
export interface Pooled {
  /** Of the shape [bags, units]. */
  readonly states: Tensor;
  /** Of the shape [bags, instances]: how much each counts; absent where every unit takes its own. */
  readonly weights?: Tensor;
}

/** A pooling of bags: from instances in any order to one vector. */
export interface Pooling {
  /** What it learns for instances of this number of units: a tree of parameters. */
  parameters(units: number, random: Random): object;
  /**
   * Traces the pooling of instances of the shape [bags, instances, units].
   *
   * @param parameters the same tree of tensors
   * @param mask of the shape [bags, instances], with 0 for an instance and -Infinity for a place without one
   */
  trace(parameters: object, instances: Tensor, mask: Tensor): Pooled;
}

/** Builds the maker of a pooling. */
export function pooling<const Specs extends OptionSpecs>(making: Making<Pooling, Specs>): MakerOf<Pooling, Specs> {
  return maker("pooling", making);
}
