import type { Factor, NormalDraw, Workspace } from "../kernels/workspace.js";
import type { BitMatrix } from "../math/bits.js";
import type { Rows, Units } from "../units/index.js";
import type { ChainStreams } from "./chain-streams.js";

/** Options of drawing the states of a batch. */
export interface DrawOptions {
  readonly streams: ChainStreams;
  /** A whole number, different at every draw with the same streams. */
  readonly step: number;
  /** Inverse temperature, above 0; defaults to 1. */
  readonly beta?: number | undefined;
  /** Whether to set `means` too, from the same inputs; defaults to false. */
  readonly means?: boolean | undefined;
}

/** The layer that a batch holds states of. */
export interface BatchLayer {
  readonly workspace: Workspace;
  readonly units: Units;
  /** The lower value of two-state units, and how far the higher one lies above it; 0 and 1 for all others. */
  readonly low: number;
  readonly range: number;
  /** The initial inputs of every row: the biases of two-state units, else zeros, since other units add their own. */
  readonly bias: Float32Array;
  /** The parameters of `Workspace.drawNormal` for units that are normal given their inputs, at beta 1. */
  readonly normal?: Pick<NormalDraw, "offset" | "gain" | "deviation"> | undefined;
}

/**
 * The states of one layer in a workspace, one row for each chain or datum. Units of two states live as bits, all others
 * as numbers. Whatever the units, a value of a state is `layer.low + layer.range * entry` of the factor `states`.
 */
export interface LayerBatch {
  readonly layer: BatchLayer;
  /** Maximum number of rows. */
  readonly capacity: number;
  /** Number of rows in use; the others stay unchanged. */
  rows: number;
  /**
   * The total inputs of the units, rows x width: `layer.bias` and the inputs from other layers, set by `LayerWeights`.
   */
  readonly inputs: Float32Array;
  /** The states, rows x width. */
  readonly states: Factor;
  /** <x> of every unit, rows x width, after `mean`, or `sample` with `means`. */
  readonly means: Float32Array;
  /** Draws the states given the inputs. */
  sample(options: DrawOptions): void;
  /** Sets `means` to <x> given the inputs. */
  mean(beta?: number): void;
  /** The transpose of the states as they are now, width x rows. */
  transposed(): Factor;
  /** The sum of the states over the rows, one value per column. */
  sums(out: Float64Array): Float64Array;
  /** The sum of `means` over the rows. */
  meanSums(out: Float64Array): Float64Array;
  /** Adds `weight` times -dE/dtheta, summed over the states of the rows, for the parameters of the units. */
  addGradient(weight: number, out: Float64Array): void;
  /**
   * Adds `weight` times <-dE/dtheta> given the inputs, at beta 1, summed over the rows; `means` must belong to the
   * inputs.
   */
  addMeanGradient(weight: number, out: Float64Array): void;
  /** log p(x | I) of the states of every row, given its inputs, at beta 1. */
  logProbabilities(out: Float64Array): Float64Array;
  /** E(x) of the states of every row. */
  energies(out: Float64Array): Float64Array;
  /** Gamma of the inputs of every row. */
  cumulants(beta: number, out: Float64Array): Float64Array;
  /** Sets the states of row r to those at row `from` of bits that stand for low and high. Two-state units only. */
  loadBits(r: number, bits: BitMatrix, from: number): void;
  /** Sets the states of row r to a row of values, which the units can take. */
  load(r: number, row: ArrayLike<number>): void;
  /** The states of row r. */
  read<Out extends Rows>(r: number, out: Out): Out;
  /** Swaps rows r and s, states and inputs, with another batch of the layer or with itself. */
  swap(r: number, other: LayerBatch, s: number): void;
  /** The words or numbers that hold the states, all rows, for checkpoints. */
  readonly memory: Uint32Array | Float32Array;
}
