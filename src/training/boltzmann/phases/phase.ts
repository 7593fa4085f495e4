import type { Random } from "../../../math/random.js";
import { noMoments } from "../../../models/boltzmann/exact.js";
import type { BoltzmannMachine, PairMoments } from "../../../models/index.js";
import type { Made } from "../../../options.js";
import type { Rows } from "../../../units/index.js";
import type { LiveArrays } from "../../checkpoint.js";

/** The positive phase of learning: the statistics of the units while the visible ones are clamped to data. */
export interface PositivePhase extends Made {
  /**
   * Prepares the phase at an inverse temperature. The function returned gives the means of <x_i> and <x_i x_j> over rows of
   * visible states, for the machine as it is when called; it draws from a generator that is new in every update.
   */
  start(machine: BoltzmannMachine, beta: number): (visible: Rows, random: Random) => PairMoments;
}

/** The negative phase of learning: the statistics of the units while the machine runs freely. */
export interface NegativePhase extends Made {
  /** Starts the free run of a machine at an inverse temperature. */
  start(machine: BoltzmannMachine, beta: number, random: Random): FreeRun;
}

/** A machine that runs freely while it learns. */
export interface FreeRun {
  /** Its whole state; the arrays are live. */
  readonly arrays: LiveArrays;
  /** Continues from `arrays` after they were set from a checkpoint. */
  restore(): void;
  /** <x_i> and <x_i x_j> of the machine as it is when called, update after update. */
  moments(): PairMoments;
}

/** <x_i> and <x_i x_j> over rows of states, or over rows of means of units that are independent in each row. */
export function rowMoments(rows: Float64Array, units: number): PairMoments {
  const { means, products } = noMoments(units);
  const weight = units / rows.length;
  for (let row = 0; row < rows.length; row += units) {
    for (let i = 0; i < units; i++) {
      const x = weight * rows[row + i];
      if (x === 0) continue;
      means[i] += x;
      for (let j = 0; j < i; j++) products[i * units + j] += x * rows[row + j];
    }
  }
  for (let i = 0; i < units; i++) {
    for (let j = 0; j < i; j++) products[j * units + i] = products[i * units + j];
  }
  return { means, products };
}
