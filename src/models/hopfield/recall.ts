import type { Dynamics } from "../../dynamics/index.js";
import { type BitMatrix, spinAt } from "../../math/bits.js";
import type { Random } from "../../math/random.js";
import type { Attractor } from "./attractor.js";

/** How to recall. */
export interface RecallOptions {
  /** How the state moves; the default is `asynchronous()`. */
  readonly dynamics?: Dynamics | undefined;
  /** Needed by every dynamics that draws; `recallMany` gives cue r its stream r. */
  readonly random?: Random | undefined;
  /** Whether to keep the energy after every sweep. */
  readonly trace?: boolean | undefined;
}

/** What was recalled, and the evidence. */
export interface Recall {
  /** The state as n spins, -1 or +1. */
  readonly state: Int8Array;
  /** The state packed, one row. */
  readonly bits: BitMatrix;
  /** Whether a fixed point or a cycle was reached. */
  readonly converged: boolean;
  /** 1 for a fixed point, the length of a cycle, 0 where the run did not settle. */
  readonly period: number;
  /** Sweeps of n unit updates, the last one, which changed nothing, included. */
  readonly sweeps: number;
  /** Unit updates that changed a unit. */
  readonly flips: number;
  /** E of the cue and of the state, E(s) = -1/2 s^T W s - b^T s. */
  readonly cueEnergy: number;
  readonly energy: number;
  /** With `trace`: the cue's energy, then the energy after every sweep. */
  readonly trace?: Float64Array;
  /** The stored pattern at the smallest Hamming distance, and its overlap m = xi . s / n. */
  readonly nearest: { readonly index: number; readonly label?: string; readonly overlap: number };
  readonly attractor: Attractor;
}

/** A one-row state as spins. */
export function spinsOf(bits: BitMatrix): Int8Array {
  return Int8Array.from({ length: bits.columns }, (_, j) => spinAt(bits, 0, j));
}
