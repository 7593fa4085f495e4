import type { DeepBoltzmannMachine } from "../../models/index.js";
import type { OptionsOf, ResolvedOptions } from "../../options.js";
import { optimiserOption } from "../optimisers/index.js";
import type { StageOptions, TrainingCommon, TrainingReport } from "../training.js";

const NUMBER = { type: "number", low: 0, high: Number.MAX_VALUE } as const;

/** The options of both phases. */
export const layerOptions = {
  epochs: { type: "integer", low: 1, help: "passes over the data, of each layer in pre-training" },
  batch: { type: "integer", low: 1, optional: true, help: "batch size (default 100, at most the number of rows)" },
  rate: { ...NUMBER, scheduled: true, default: 0.01, help: "learning rate" },
  optimiser: optimiserOption(),
  l2: { ...NUMBER, default: 0, help: "L2 weight decay" },
} as const;

/** The options of joint training alone. */
export const jointOptions = {
  chains: { type: "integer", low: 1, default: 100, help: "number of chains of the negative phase" },
  steps: {
    type: "integer",
    low: 1,
    default: 5,
    help: "Gibbs steps, each of all layers, per update",
  },
  maxSweeps: {
    type: "integer",
    low: 1,
    default: 30,
    help: "maximum number of mean-field sweeps in the positive phase",
  },
  tolerance: { type: "number", low: 0, default: 1e-3, help: "largest change of a mean at mean-field convergence" },
} as const;

/** The options of deep Boltzmann machine training that are plain data; the last four are of the joint phase. */
export const deepBoltzmannOptions = {
  phase: {
    type: "choice",
    values: ["joint", "pretraining"],
    default: "joint",
    help: "joint training of both layers, or pre-training of one after the other",
  },
  ...layerOptions,
  seed: { type: "integer", low: 0, default: 0, help: "random seed" },
  ...jointOptions,
} as const;

/** Options of one layer of weights, or of both. */
export type DeepLayerSettings = ResolvedOptions<typeof layerOptions> & { readonly batch: number };

/** Options of the estimates of both phases of joint training. */
export type JointSettings = ResolvedOptions<typeof jointOptions>;

type Given = OptionsOf<typeof deepBoltzmannOptions>;

/** Options of deep Boltzmann machine training. */
export interface DeepBoltzmannTraining extends Omit<Given, "epochs">, TrainingCommon<DeepBoltzmannMachine> {
  /** Passes over the data; may be omitted if `layers` has it for both. */
  readonly epochs?: number | undefined;
  /** In pre-training: options of each layer of weights that differ from the common ones, from the lowest. */
  readonly layers?:
    | readonly [lower: Partial<OptionsOf<typeof layerOptions>>, upper: Partial<OptionsOf<typeof layerOptions>>]
    | undefined;
}

/** State of the training of a deep Boltzmann machine. */
export interface DeepBoltzmannReport extends TrainingReport {
  readonly phase: "joint" | "pretraining";
  /** In pre-training: the layer of weights that learns; 1 is the lower one. */
  readonly layer?: 1 | 2;
  readonly layers?: 2;
  /**
   * Joint: mean of -log p(v | h^1) at the means of h^1; in pre-training of the layer below given drawn states of the one above.
   * Over the rows of the last batch, in nats per row; 0 before the first epoch is over.
   */
  readonly reconstructionError: number;
  /** Joint: number of mean-field sweeps, averaged over the batches of the epoch. */
  readonly sweeps?: number;
}

/** What a stage of a deep machine needs besides its settings. */
export interface DeepStageOptions extends StageOptions {
  readonly seed: number;
  /** What must be the same for a checkpoint to be resumed. */
  readonly describe: () => Record<string, string>;
}
