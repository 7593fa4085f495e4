import type { Factor, NormalDraw, Workspace } from "../kernels/workspace.js";
import type { BitMatrix } from "../math/bits.js";
import type { Rows, Units } from "../units/index.js";
import type { ChainStreams } from "./chain-streams.js";

/** How to draw the states of a batch. */
export interface DrawOptions {
  readonly streams: ChainStreams;
  /** Another one at every draw with the same streams. */
  readonly step: number;
  /** Inverse temperature, above 0, default 1. */
  readonly beta?: number | undefined;
  /** Whether `means` is to be set too, from the same inputs. */
  readonly means?: boolean | undefined;
}

/** The layer that a batch holds states of. */
export interface BatchLayer {
  readonly workspace: Workspace;
  readonly units: Units;
  /** The lower value of two-state units, and how far the higher one lies above it; 0 and 1 for all others. */
  readonly low: number;
  readonly range: number;
  /** What every row of inputs begins with: the biases of two-state units, else zeros, as other units add their own. */
  readonly bias: Float32Array;
  /** What `Workspace.drawNormal` needs of units that are normal given their inputs, at beta 1. */
  readonly normal?: Pick<NormalDraw, "offset" | "gain" | "deviation"> | undefined;
}

/**
 * The states of one layer in a workspace, a row for each of a number of chains or data. Units of two states live as bits,
 * all others as numbers. Whatever the units, a value of a state is `layer.low + layer.range * entry` of the factor `states`.
 */
export interface LayerBatch {
  readonly layer: BatchLayer;
  /** Rows that there is room for. */
  readonly capacity: number;
  /** Rows in use; the others keep what they have. */
  rows: number;
  /** The total inputs of the units, rows x width: `layer.bias` and what comes from other layers, set by `LayerWeights`. */
  readonly inputs: Float32Array;
  /** The states, rows x width. */
  readonly states: Factor;
  /** <x> of every unit, rows x width, once asked for. */
  readonly means: Float32Array;
  /** Draws the states given the inputs. */
  sample(options: DrawOptions): void;
  /** Sets `means` to <x> given the inputs. */
  mean(beta?: number): void;
  /** The transpose of the states as they are now, width x rows. */
  transposed(): Factor;
  /** The sum of the states over the rows, for every value of a row. */
  sums(out: Float64Array): Float64Array;
  /** The sum of `means` over the rows. */
  meanSums(out: Float64Array): Float64Array;
  /** Adds `weight` times -dE/dtheta, summed over the states of the rows, for the parameters of the units. */
  addGradient(weight: number, out: Float64Array): void;
  /** Adds `weight` times <-dE/dtheta> given the inputs, at beta 1, summed over the rows; `means` must be those of the inputs. */
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
