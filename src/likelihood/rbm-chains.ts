import { disposeSymbol } from "../disposing.js";
import { DataError, requireInteger, requireOptions } from "../errors.js";
import { buildFitting, defaultWorkspace, Held, type MakeWorkspace, type Workspace } from "../kernels/index.js";
import { ChainStreams, type LayerBatch, LayerStack } from "../layers/index.js";
import { type Random, requireRandom } from "../math/random.js";
import type { Rbm } from "../models/index.js";
import { GaussianPair } from "../models/rbm/gaussian-partition.js";
import { rbmLayers } from "../models/rbm/layers.js";
import type { Rows, Units } from "../units/index.js";
import { requireBeta } from "../units/units.js";
import type { AnnealedChains } from "./annealing.js";
import { baseRateInputs, uniformInputs } from "./base-rate.js";
import { RowDots } from "./row-dots.js";
import { meansOf, type StateRows } from "./state-rows.js";

/** Options of chains on the annealing path of an RBM. */
export interface RbmChainsOptions {
  /** The draws of chain r depend only on this generator and r, not on the other chains or the number of threads. */
  readonly random: Random;
  /** Number of chains, at least 2; defaults to 100. */
  readonly chains?: number | undefined;
  /** Inverse temperature of the machine, above 0; defaults to 1. */
  readonly beta?: number | undefined;
  /** Visible states with the means of the base model; if omitted, it is uniform, or has no inputs to real-valued units. */
  readonly data?: StateRows | undefined;
  /** Workspace that stores and computes the chains; defaults to `defaultWorkspace`. */
  readonly workspace?: MakeWorkspace | undefined;
}

/**
 * Chains on the path from a machine without weights to an RBM,
 *
 *     E_lambda(v, h) = E_v(v) + E_h(h) - lambda v^T W h - (1 - lambda) (a^T v + c^T h),
 *
 * with block Gibbs sampling as the transitions, and the hidden layer summed out of the weights. The inputs a give the base
 * model the base rates of the data, and c cancels the biases of the hidden units (Salakhutdinov and Murray, On the
 * quantitative analysis of deep belief networks, 2008). E_lambda is linear in lambda, so by Hoelder's inequality
 * Z_lambda <= Z_0^(1 - lambda) Z_1^lambda is finite on the whole path, for units of any type, if Z_1 is finite.
 *
 * States and inputs are in single precision, the sums of the weights in double precision.
 */
export class RbmChains implements AnnealedChains {
  readonly rbm: Rbm;
  readonly count: number;
  readonly beta: number;
  readonly logPartition: number;
  readonly #base: Float64Array;
  /** Biases of the visible units at lambda = 1. */
  readonly #ownBias: Float64Array;
  readonly #canDiverge: boolean;
  readonly #held: Held<Arrays>;
  readonly #cumulants: Float64Array;
  /** a . v of every chain. */
  readonly #dots: RowDots;
  #step = 0;

  /**
   * @throws ArgumentError for fewer than two chains, a missing generator or a beta that is not above 0, ShapeError or
   *   DataError for data that are not states of the visible layer, DataError for two gaussian layers without a finite Z, or
   *   parameters beyond single precision
   */
  constructor(rbm: Rbm, options: RbmChainsOptions) {
    requireOptions(options, "{ random }");
    const { random, chains = 100, beta = 1, data, workspace = defaultWorkspace } = options;
    requireBeta(beta);
    requireInteger("chains", chains, 2);
    requireRandom(random, "annealed importance sampling");
    if (GaussianPair.is(rbm)) new GaussianPair(rbm);
    this.rbm = rbm;
    this.#canDiverge = Math.max(rbm.visible.states, rbm.hidden.states) === Number.POSITIVE_INFINITY;
    this.count = chains;
    this.beta = beta;
    this.#base =
      data === undefined ? uniformInputs(rbm.visible) : baseRateInputs(rbm.visible, meansOf(rbm, data), beta);
    this.logPartition =
      cumulantOf(rbm.visible, this.#base, beta) + cumulantOf(rbm.hidden, uniformInputs(rbm.hidden), beta);
    this.#held = new Held(
      "chains",
      buildFitting(workspace, (room) => new Arrays(room, rbm, random, chains)),
    );
    const built = this.#held.value;
    built.stack.load(rbmLayers(rbm));
    this.#ownBias = Float64Array.from(built.stack.layers[0].bias);
    this.#cumulants = new Float64Array(chains);
    this.#dots = new RowDots(built.visible, this.#base);
  }

  drawBase(): void {
    this.#drawVisible(0);
  }

  /** Sets chain r to row r, repeating the rows if there are fewer than chains. */
  place(rows: Rows): void {
    const count = this.rbm.rowsOfVisible(rows);
    const { width } = this.rbm.visible;
    const { visible } = this.#arrays;
    for (let r = 0; r < this.count; r++) visible.load(r, rows.subarray((r % count) * width, ((r % count) + 1) * width));
    this.#setHiddenInputs();
  }

  /** v of every chain, row after row. */
  states(): Float64Array {
    const { width } = this.rbm.visible;
    const states = new Float64Array(this.count * width);
    for (let r = 0; r < this.count; r++) this.#arrays.visible.read(r, states.subarray(r * width, (r + 1) * width));
    return states;
  }

  addLogRatios(from: number, to: number, out: Float64Array): void {
    this.#addCumulants(from, -1, out);
    this.#addCumulants(to, 1, out);
    this.#dots.addTo(out, this.beta * (from - to));
  }

  move(lambda: number): void {
    const { hidden, streams } = this.#arrays;
    hidden.sample({ streams, step: this.#step++, beta: this.#scaleHiddenInputs(lambda) });
    this.#drawVisible(lambda);
  }

  get #arrays(): Arrays {
    return this.#held.value;
  }

  /** Releases the memory of the chains, which cannot be used afterwards. */
  dispose(): void {
    this.#held.dispose();
  }

  [disposeSymbol](): void {
    this.dispose();
  }

  #drawVisible(lambda: number): void {
    const { stack, visible, hidden, streams } = this.#arrays;
    const { bias } = stack.layers[0];
    for (let i = 0; i < bias.length; i++) bias[i] = this.#ownBias[i] + (1 - lambda) * this.#base[i];
    stack.down(0, hidden, visible, { scale: lambda });
    visible.sample({ streams, step: this.#step++, beta: this.beta });
    this.#setHiddenInputs();
  }

  /** The inputs of the hidden units at lambda = 1. */
  #setHiddenInputs(): void {
    const { stack, visible, hidden, products } = this.#arrays;
    stack.up(0, visible, hidden);
    if (this.#canDiverge) requireBounded(hidden.inputs, this.rbm.hidden.width);
    products?.set(hidden.inputs);
  }

  /** Scales the inputs of the hidden units to lambda; returns the inverse temperature at which to use them. */
  #scaleHiddenInputs(lambda: number): number {
    const { hidden, products } = this.#arrays;
    if (products === undefined) return this.beta * lambda;
    for (let k = 0; k < products.length; k++) hidden.inputs[k] = lambda * products[k];
    return this.beta;
  }

  #addCumulants(lambda: number, sign: number, out: Float64Array): void {
    const { hidden } = this.#arrays;
    hidden.cumulants(this.#scaleHiddenInputs(lambda), this.#cumulants);
    for (let r = 0; r < this.count; r++) out[r] += sign * this.#cumulants[r];
  }
}

/** The arrays in the workspace. */
class Arrays {
  readonly stack: LayerStack;
  readonly visible: LayerBatch;
  readonly hidden: LayerBatch;
  readonly streams: ChainStreams;
  /**
   * W^T v, for hidden units whose energy is not a sum of biases. The others do not need it: with c = -b, their total input is
   * lambda (W^T v + b), which is that at lambda = 1, at the inverse temperature beta lambda.
   */
  readonly products: Float32Array | undefined;

  constructor(workspace: Workspace, rbm: Rbm, random: Random, chains: number) {
    this.stack = new LayerStack(workspace, rbmLayers(rbm));
    [this.visible, this.hidden] = this.stack.batches(chains);
    this.streams = new ChainStreams(workspace, random, chains);
    const hasBiases = rbm.hidden.named.bias !== undefined;
    this.products = hasBiases ? undefined : workspace.float32(chains * rbm.hidden.width);
  }
}

/** A chain with larger inputs diverges. */
const LARGEST_INPUT = 1e15;

function requireBounded(inputs: Float32Array, width: number): void {
  const bad = inputs.findIndex((input) => !(Math.abs(input) < LARGEST_INPUT));
  if (bad < 0) return;
  const remedy =
    "Z is finite only for weights that are small compared with the precisions of both layers: check the machine";
  throw new DataError(
    `chain ${Math.floor(bad / width)} diverges: a hidden unit has the input ${inputs[bad]}; ${remedy}`,
  );
}

function cumulantOf(units: Units, inputs: Float64Array, beta: number): number {
  return units.cumulant(inputs, beta, new Float64Array(1))[0];
}
