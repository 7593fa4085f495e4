import type { Workspace } from "../../kernels/index.js";
import type { LayerBatch, LayerStack } from "../../layers/index.js";
import type { Random } from "../../math/random.js";
import type { Rbm } from "../../models/index.js";
import type { Made } from "../../options.js";
import type { LiveArrays } from "../checkpoint.js";

/** The batch statistics of one phase of learning: visible states, and the hidden units' total inputs and means given them. */
export interface BatchStatistics {
  readonly visible: LayerBatch;
  readonly hidden: LayerBatch;
}

/** What the chains of a method run on. */
export interface MethodSetting {
  readonly workspace: Workspace;
  readonly rbm: Rbm;
  /** The machine that learns, in single precision: its two layers. */
  readonly stack: LayerStack;
  /** Number of rows of a full batch of data. */
  readonly batch: number;
  readonly random: Random;
}

/** The gradient of an update. */
export interface UpdateGradient {
  /** The gradient of the weights, n x k. */
  readonly weights: Float32Array;
  /** The mean of every visible value in the data minus that in the model. */
  readonly visible: Float64Array;
  /** The same for every hidden value. */
  readonly hidden: Float64Array;
}

/** Markov chains that estimate the expectations of the model. */
export interface ModelChains {
  /** The whole state of the chains. */
  readonly arrays: LiveArrays;
  /** Starts the chains after the machine has its weights. */
  begin(): void;
  /** Restores the state that is not in `arrays` after they were set from a checkpoint. */
  restore(): void;
  /**
   * The statistics of the negative phase, given those of the positive one, whose visible states and hidden means it leaves as
   * they are. Its own stay as they are until the update.
   */
  advance(data: BatchStatistics): BatchStatistics;
  /** Called before every update of the machine, with the gradient at its current weights and biases. */
  learn?(gradient: UpdateGradient): void;
  /** Called after every update of the machine. */
  follow?(): void;
  /** Called after every epoch. */
  endEpoch?(): void;
  /** Acceptance rate of swaps between each temperature and the next, in this epoch so far. */
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
  /** Allocates the chains of one training. */
  start(setting: MethodSetting): ModelChains;
}
