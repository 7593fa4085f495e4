import type { Random } from "../../../math/random.js";
import { type MakerOf, type Making, maker, type OptionSpecs } from "../../../options.js";
import type { Values } from "../../tape/kernels.js";

/** What patterns of a training are like. */
export interface Patterned {
  readonly units: number;
  /** Height and width, if they are pictures. */
  readonly shape?: readonly [height: number, width: number] | undefined;
  /** The smallest and the largest entry. */
  readonly range: readonly [low: number, high: number];
}

/** A damage of patterns, of which training makes cues. */
export interface Damage {
  /** Throws unless patterns can be damaged so. @throws ArgumentError */
  check(patterned: Patterned): void;
  /** Damages one pattern in place. */
  damage(cue: Values, patterned: Patterned, random: Random): void;
}

/** Builds the maker of a damage. */
export function damage<const Specs extends OptionSpecs>(making: Making<Damage, Specs>): MakerOf<Damage, Specs> {
  return maker("damage", making);
}
