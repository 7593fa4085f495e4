import type { Workspace } from "../../kernels/index.js";
import type { LayerBatch, LayerStack } from "../../layers/index.js";
import type { Random } from "../../math/random.js";
import type { Rbm } from "../../models/index.js";
import type { Made } from "../../options.js";
import type { LiveArrays } from "../checkpoint.js";

/** What one phase of learning is estimated from: a batch of visible states, and the hidden units' inputs and means given them. */
export interface BatchStatistics {
  readonly visible: LayerBatch;
  readonly hidden: LayerBatch;
}

/** Where the chains of a method live, and what they run on. */
export interface MethodSetting {
  readonly workspace: Workspace;
  readonly rbm: Rbm;
  /** The machine that learns, in single precision: its two layers. */
  readonly stack: LayerStack;
  /** Rows of a full batch of data. */
  readonly batch: number;
  readonly random: Random;
}

/** What an update has learned from. */
export interface UpdateGradient {
  /** The gradient of the weights, n x k. */
  readonly weights: Float32Array;
  /** The mean of every visible value in the data less that in the model. */
  readonly visible: Float64Array;
  /** The same of every hidden value. */
  readonly hidden: Float64Array;
}

/** Markov chains that say what the model expects. */
export interface ModelChains {
  /** All that the chains remember. */
  readonly arrays: LiveArrays;
  /** Starts the chains, once the machine has its weights. */
  begin(): void;
  /** Brings up to date what does not lie in `arrays`, once they were set from a checkpoint. */
  restore(): void;
  /** The negative phase that belongs to a positive one. */
  advance(data: BatchStatistics): BatchStatistics;
  /** Called before every update of the machine, with the gradient of the weights and biases that it has. */
  learn?(gradient: UpdateGradient): void;
  /** Called after every update of the machine. */
  follow?(): void;
  /** Called after every epoch. */
  endEpoch?(): void;
  /** Accepted swaps as a part of those tried, between one temperature and the next, in this epoch so far. */
  swapRates?(): number[];
  /** The inverse temperatures, the lowest first. */
  ladder?(): number[];
}

/**
 * How the negative phase of the gradient of log p is estimated,
 *
 *     dlog p / dW = <v h^T>_data - <v h^T>_model.
 *
 * A value that starts the chains of one training.
 */
export interface TrainingMethod extends Made {
  /** Makes the arrays of the chains. */
  start(setting: MethodSetting): ModelChains;
}
