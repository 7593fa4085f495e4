import type { Workspace } from "../kernels/workspace.js";
import type { Matrix } from "../math/matrix.js";
import type { BatchLayer, LayerBatch } from "./layer-batch.js";

/** Options of computing the inputs of one layer from the other. */
export interface InputOptions {
  /**
   * Whether to add to the inputs that the batch has from another layer; defaults to false: they start from its biases.
   */
  readonly add?: boolean | undefined;
  /** A factor of the weights, not of the biases; defaults to 1. */
  readonly scale?: number | undefined;
  /** Whether to use the means of the source layer instead of its states; defaults to false. */
  readonly means?: boolean | undefined;
}

/**
 * The weights W between two layers in a workspace, n x k, and their transpose. Models are made of them: one for an RBM,
 * two for a deep Boltzmann machine of two hidden layers.
 */
export class LayerWeights {
  readonly lower: BatchLayer;
  readonly upper: BatchLayer;
  /** W, n x k. After changes call `refresh`. */
  readonly values: Float32Array;
  readonly #workspace: Workspace;
  readonly #transposed: Float32Array;
  readonly #upward: Direction;
  readonly #downward: Direction;

  constructor(workspace: Workspace, lower: BatchLayer, upper: BatchLayer) {
    const [n, k] = [lower.units.width, upper.units.width];
    this.lower = lower;
    this.upper = upper;
    this.#workspace = workspace;
    this.values = workspace.float32(n * k);
    this.#transposed = workspace.float32(n * k);
    this.#upward = new Direction(workspace, this.values, lower, upper);
    this.#downward = new Direction(workspace, this.#transposed, upper, lower);
  }

  /** Rounds the given weights to single precision. */
  load(weights: Matrix): void {
    this.values.set(weights.values);
    this.refresh();
  }

  /** Updates what depends on W. */
  refresh(): void {
    this.#workspace.transpose(this.values, this.lower.units.width, this.upper.units.width, this.#transposed);
    this.#upward.refresh();
    this.#downward.refresh();
  }

  /** The upper layer's inputs, as many rows, W^T x from the states of the lower one. */
  up(from: LayerBatch, to: LayerBatch, options: InputOptions = {}): void {
    this.#upward.inputs(from, to, options);
  }

  /** The lower layer's inputs, as many rows, W y from the states of the upper one. */
  down(from: LayerBatch, to: LayerBatch, options: InputOptions = {}): void {
    this.#downward.inputs(from, to, options);
  }

  /**
   * log of the sum over the states of the upper layer of exp(-beta E), for every row of states of the lower one,
   *
   *     Gamma_upper(W^T x) - beta E_lower(x),
   *
   * in double precision from inputs in single precision. The inputs of `upper` are set, unless they are those of `lower`
   * already.
   */
  logWeights(lower: LayerBatch, upper: LayerBatch, beta: number, out: Float64Array, ready = false): Float64Array {
    if (!ready) this.up(lower, upper);
    upper.cumulants(beta, out);
    const energies = lower.energies(new Float64Array(lower.rows));
    for (let r = 0; r < lower.rows; r++) out[r] -= beta * energies[r];
    return out;
  }
}

/** Computes the inputs of one layer from the other. */
class Direction {
  readonly #workspace: Workspace;
  readonly #weights: Float32Array;
  readonly #from: BatchLayer;
  readonly #to: BatchLayer;
  /** The inputs from the low states of all units, one number per column. */
  readonly #lowest: Float32Array;
  readonly #offset: Float32Array;

  constructor(workspace: Workspace, weights: Float32Array, from: BatchLayer, to: BatchLayer) {
    this.#workspace = workspace;
    this.#weights = weights;
    this.#from = from;
    this.#to = to;
    this.#lowest = workspace.float32(to.units.width);
    this.#offset = workspace.float32(to.units.width);
  }

  refresh(): void {
    const { low, units } = this.#from;
    if (low === 0) return;
    this.#workspace.columnSums(this.#weights, units.width, this.#to.units.width, this.#lowest);
    for (let j = 0; j < this.#lowest.length; j++) this.#lowest[j] *= low;
  }

  inputs(from: LayerBatch, to: LayerBatch, { add = false, scale = 1, means = false }: InputOptions): void {
    // Means are values as they are, while states count from the low one.
    const counted = !means && this.#from.low !== 0;
    to.rows = from.rows;
    this.#workspace.product({
      rows: from.rows,
      inner: this.#from.units.width,
      columns: this.#to.units.width,
      a: means ? { kind: "dense", values: from.means } : from.states,
      b: this.#weights,
      out: to.inputs,
      bias: counted ? this.#shifted(add, scale) : add ? undefined : this.#to.bias,
      scale: means ? scale : scale * this.#from.range,
      keep: add ? 1 : 0,
    });
  }

  #shifted(add: boolean, scale: number): Float32Array {
    for (let j = 0; j < this.#offset.length; j++) {
      this.#offset[j] = (add ? 0 : this.#to.bias[j]) + scale * this.#lowest[j];
    }
    return this.#offset;
  }
}
