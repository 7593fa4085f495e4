import type { Disposes } from "../disposing.js";
import { ArgumentError } from "../errors.js";
import type { NearestProduct } from "../kernels/index.js";
import type { BitMatrix } from "../math/bits.js";
import type { KeptPatterns, LinearParts } from "./couplings.js";

/**
 * An energy E(s) over n spins as an operator, thresholds included. A dynamics uses fields, steps and walks alone, so an
 * interaction need not have couplings: a dense associative memory has none.
 */
export interface Interaction extends Disposes {
  /** Number of units, n. */
  readonly units: number;
  /**
   * out[r * n + i] = h_i of row r of `states`, h_i = (E(s_i = -1) - E(s_i = +1)) / 2 with all other units as they are; for
   * couplings h_i = (W s)_i - theta_i, a self-coupling included.
   */
  fields(states: BitMatrix, out: Float64Array): void;
  /** One synchronous step of every row: out = sgn(h) with sgn(0) = +1. `out` may be `states`. */
  step(states: BitMatrix, out: BitMatrix): void;
  /** Starts a run from a one-row state, which is copied, that updates one unit at a time. */
  walk(state: BitMatrix): Walk;
  /** E of every row of `states`. */
  energies(states: BitMatrix): Float64Array;
  /**
   * Evaluates states, at most some tens, while `use` runs; absent if fields and energies are computed from nothing that is worth
   * keeping.
   */
  readonly evaluate?: (<T>(states: BitMatrix, use: (evaluation: Evaluation) => T) => T) | undefined;
  /** theta, n values, included in fields and energies; absent if there are none. */
  readonly thresholds?: Float64Array | undefined;
  /** W and theta, where the energy is quadratic: for functions that need couplings, such as `toRbm`. */
  readonly linear?: Linear | undefined;
  /** The patterns that it is stored as, if any. */
  readonly kept?: KeptPatterns | undefined;
  /** Its data, as sent to a worker thread; if absent, the thread learns it again. */
  readonly parts?: InteractionParts | undefined;
  /** Releases memory of the kernels now, not when it is garbage-collected; it can be used as before, if asked again. */
  dispose(): void;
}

/** States whose products with the patterns of an interaction are computed once, for all that is asked of them. */
export interface Evaluation {
  /** E of some rows. */
  energies(rows: readonly number[]): Float64Array;
  /** As `Interaction.fields` of all rows. */
  fields(out: Float64Array): void;
  /** As `Interaction.step` of all rows. */
  step(out: BitMatrix): void;
  /** The first of the patterns that are kept with the largest product xi . s, s being row r. */
  nearest(r: number): NearestProduct;
  /** The products of row r with all of them. */
  overlaps(r: number): Int32Array;
}

/** A state under one-unit updates. */
export interface Walk extends Disposes {
  /** h_i of the state as it stands. */
  field(unit: number): number;
  /**
   * Visits the units of `order` one after the other: unit i becomes +1 where h_i > 0, -1 where h_i < 0, and keeps its state
   * where h_i = 0. With `noise`, the k-th visit compares h_i with noise[k] in place of 0 (heat-bath updates). Returns the
   * number of units that changed.
   */
  visit(order: Uint32Array, noise?: Float64Array): number;
  /** Copies the state into the one-row matrix `out`. */
  read(out: BitMatrix): void;
  dispose(): void;
}

/** The couplings and thresholds of a quadratic energy, E(s) = -1/2 s^T W s + theta . s. */
export interface Linear {
  /** Row i of W, n values: the couplings into unit i. */
  row(i: number, out: Float64Array): void;
  /** theta, n values. */
  readonly thresholds: Float64Array;
  /** The same couplings, shared, with other thresholds. */
  withThresholds(thresholds: Float64Array): Interaction;
  /** The data of W. */
  readonly parts: LinearParts;
}

/** A quadratic interaction, as sent to a worker thread. */
export interface InteractionParts {
  readonly couplings: LinearParts;
  readonly thresholds: Float64Array;
}

/** Anything with an interaction: a net, or a memory that stores something. */
export interface Net {
  readonly interaction: Interaction;
}

/**
 * The couplings and thresholds of an interaction.
 *
 * @param purpose what needs them, for the message
 * @throws ArgumentError for an interaction whose energy is not quadratic
 */
export function requireLinear({ linear }: Interaction, purpose: string): Linear {
  if (linear !== undefined) return linear;
  throw new ArgumentError(
    `${purpose} needs couplings W, which this interaction does not have: its energy is not quadratic`,
  );
}

/**
 * W as a matrix, n x n row-major, to inspect small nets or to pass them to other programs.
 *
 * @throws ArgumentError for an interaction whose energy is not quadratic
 */
export function toMatrix(interaction: Interaction): Float64Array {
  const { units } = interaction;
  const linear = requireLinear(interaction, "toMatrix");
  const matrix = new Float64Array(units * units);
  for (let i = 0; i < units; i++) linear.row(i, matrix.subarray(i * units, (i + 1) * units));
  return matrix;
}
