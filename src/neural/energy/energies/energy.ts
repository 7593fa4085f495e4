import { type MakerOf, type Making, maker, type OptionSpecs } from "../../../options.js";
import type { Shape, Tensor } from "../../tape/tensor.js";

/** A parameter before training: normal numbers of this deviation and mean 0, or one number everywhere. */
export type InitialParameter =
  | { readonly shape: Shape; readonly deviation: number }
  | { readonly shape: Shape; readonly value: number };

/** The parameters of an energy: trees of `InitialParameter`. */
export interface EnergyParameters {
  /** Learned once for all sets of patterns; every episode has the same. */
  readonly fixed: object;
  /** Where writing begins, theta_bar; writing gives each set of patterns its own. */
  readonly written: object;
}

/** An energy E(x; theta) of real states x, with parameters theta that writing changes. */
export interface Energy {
  /** Its parameters for states of this number of units, before training. */
  parameters(units: number): EnergyParameters;
  /**
   * Traces the energies of states: a function from states of the shape [batch, states, units] to [batch, states, 1].
   *
   * @param fixed the tree of fixed parameters as tensors
   * @param written the tree of written ones, each with a first axis of the batch: every set of patterns has its own
   */
  trace(fixed: object, written: object): (states: Tensor) => Tensor;
  /** Rates of the steps of writing and of reading, before training, that suit it; 1 and 0.5 by default. */
  rates?(units: number): { readonly write: number; readonly read: number };
  /** The nearest written parameters of the form that `trace` takes, such as symmetric matrices; the same by default. */
  constrain?(written: object): object;
}

/** Builds the maker of an energy. */
export function energy<const Specs extends OptionSpecs>(making: Making<Energy, Specs>): MakerOf<Energy, Specs> {
  return maker("energy", making);
}
