import { type MakerOf, type Making, maker, type OptionSpecs } from "../../../options.js";

/**
 * How the vectors of words become the vector of a sentence: entry k of it is the sum over the words j = 1..J of l_kj x_jk,
 * with the weights l_kj = sum_r factor_r(k) weight_r(j) of a low rank. So a sentence is encoded by one product of counts of
 * words with a table of vectors for each r.
 */
export interface Encoding {
  /** The terms of the weights. */
  readonly terms: readonly EncodingTerm[];
}

export interface EncodingTerm {
  /** Of the word at place j of J, from 1 on. */
  readonly weight: (j: number, length: number) => number;
  /** Of entry k of d, from 1 on. */
  readonly factor: (k: number, dimension: number) => number;
}

/** The weights l_kj of a sentence, its words x the entries of vectors. */
export function encodingWeights({ terms }: Encoding, length: number, dimension: number): Float64Array[] {
  return Array.from({ length }, (_, j) =>
    Float64Array.from({ length: dimension }, (__, k) =>
      terms.reduce((sum, { weight, factor }) => sum + factor(k + 1, dimension) * weight(j + 1, length), 0),
    ),
  );
}

/** Builds the maker of an encoding. */
export function encoding<const Specs extends OptionSpecs>(making: Making<Encoding, Specs>): MakerOf<Encoding, Specs> {
  return maker("encoding", making);
}
