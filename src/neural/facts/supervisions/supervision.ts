import { type MakerOf, type Making, maker, type OptionSpecs } from "../../../options.js";
import type { Tensor } from "../../tape/tensor.js";

/** What a batch of stories has become, and what it should. */
export interface Supervised {
  /** Of each hop, [stories, facts]: the product of the question with the facts, before what attends to them. */
  readonly scores: readonly Tensor[];
  /** The inputs of the answers, [stories, words]. */
  readonly logits: Tensor;
  /** [stories, words], 1 at the answer; zeros for a place without a story. */
  readonly answers: Tensor;
  /** [stories, 1], 1 for a story and 0 for a place without one. */
  readonly shares: Tensor;
  /** [hops, stories, facts], 1 at the supporting fact of each hop, if facts are supervised. */
  readonly supports?: Tensor | undefined;
  /** The same with 1 at all other facts. */
  readonly others?: Tensor | undefined;
}

/** What a network learns from. */
export interface Supervision {
  /**
   * Whether hops take the one fact with the largest score, and learn from the supporting facts of stories; else they take
   * all facts by softmax, and learn from answers alone.
   */
  readonly takesFacts: boolean;
  /** Traces the sum of the losses of a batch. */
  loss(batch: Supervised): Tensor;
}

/** Builds the maker of a supervision. */
export function supervision<const Specs extends OptionSpecs>(
  making: Making<Supervision, Specs>,
): MakerOf<Supervision, Specs> {
  return maker("supervision", making);
}
