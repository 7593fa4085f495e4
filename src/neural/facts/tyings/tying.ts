import type { Random } from "../../../math/random.js";
import { type MakerOf, type Making, maker, type OptionSpecs } from "../../../options.js";
import { normalParameter, type Parameter } from "../../parameters.js";
import type { Tensor } from "../../tape/tensor.js";

/** The sizes of a network. */
export interface Sizes {
  /** Number of words. */
  readonly words: number;
  /** Number of places of facts. */
  readonly memories: number;
  readonly dimension: number;
  readonly hops: number;
}

/** A vector for each word and one for each place in the memory: what a fact becomes is the sum of both. */
export interface FactTable<Leaf = Parameter> {
  /** Words x dimension. */
  readonly words: Leaf;
  /** Places x dimension; the first place is that of the newest fact. */
  readonly places: Leaf;
}

/** What hops compute with. */
export interface HopTables {
  /** B: the words of questions. */
  readonly question: Tensor;
  /** A and C of each hop: what a question is compared with, and what it gets. */
  readonly hops: readonly { readonly input: FactTable<Tensor>; readonly output: FactTable<Tensor> }[];
  /** H, by which u is multiplied before the output is added; absent where it is 1. */
  readonly update?: Tensor;
  /** W, words x dimension. */
  readonly answer: Tensor;
}

/** Which tables hops share. */
export interface Tying {
  /** What is learned: a tree of parameters. */
  parameters(sizes: Sizes, random: Random): object;
  /** The tables of a network with this number of hops, from the same tree of tensors. */
  tables(parameters: object, hops: number): HopTables;
}

/** Builds the maker of a tying. */
export function tying<const Specs extends OptionSpecs>(making: Making<Tying, Specs>): MakerOf<Tying, Specs> {
  return maker("tying", making);
}

/** The standard deviation of all first weights. */
export const DEVIATION = 0.1;

export function factTable({ words, memories, dimension }: Sizes, random: Random): FactTable {
  return {
    words: normalParameter([words, dimension], DEVIATION, random.fork(0)),
    places: normalParameter([memories, dimension], DEVIATION, random.fork(1)),
  };
}
