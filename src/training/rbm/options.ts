import { ArgumentError } from "../../errors.js";
import type { Rbm } from "../../models/index.js";
import { type OptionsOf, type ResolvedOptions, readOptions } from "../../options.js";
import { trainingMethods } from "../methods/index.js";
import { optimiserOption } from "../optimisers/index.js";
import { batchOf, type TrainingCommon, type TrainingReport } from "../training.js";

const NUMBER = { type: "number", low: 0, high: Number.MAX_VALUE } as const;

/** The options of RBM training that are plain data. */
export const rbmOptions = {
  method: {
    type: "made",
    sort: "training method",
    has: "start",
    from: trainingMethods,
    default: "pcd",
    help: "how the negative phase is estimated",
  },
  batch: { type: "integer", low: 1, optional: true, help: "batch size (default 100, at most the number of rows)" },
  epochs: { type: "integer", low: 1, help: "passes over the data" },
  rate: { ...NUMBER, scheduled: true, default: 0.05, help: "learning rate" },
  optimiser: optimiserOption(),
  l1: { ...NUMBER, default: 0, help: "L1 weight decay" },
  l2: { ...NUMBER, default: 0, help: "L2 weight decay" },
  sparsity: {
    type: "number",
    low: -Number.MAX_VALUE,
    high: Number.MAX_VALUE,
    optional: true,
    help: "target mean activation of the hidden units",
  },
  sparsityCost: { ...NUMBER, default: 0.01, help: "strength of the sparsity target" },
  sparsityMemory: {
    type: "number",
    low: 0,
    below: 1,
    default: 0.95,
    help: "decay of the running mean activation per update",
  },
  centred: { type: "boolean", default: false, help: "learn in the centred parametrisation" },
  centredSliding: {
    type: "number",
    above: 0,
    high: 1,
    default: 0.01,
    help: "weight of each batch in the running means",
  },
  learnBiases: { type: "boolean", default: true, help: "learn the biases, or means, of the units" },
  learnPrecisions: { type: "boolean", default: false, help: "learn the precisions of gaussian and relu units" },
  seed: { type: "integer", low: 0, default: 0, help: "random seed" },
} as const;

/** The options of RBM training that are plain data. */
export type RbmOptionValues = OptionsOf<typeof rbmOptions>;

/** Options of RBM training. */
export interface RbmTraining extends RbmOptionValues, TrainingCommon<Rbm> {}

/** State of the training of an RBM. */
export interface RbmReport extends TrainingReport {
  /**
   * Mean of -log p(v | h = <h | v>) over at most 1,000 rows of the data, evenly spaced, in nats per row: the cross-entropy of
   * units of finitely many states, and for gaussian units half the squared error, in units of their variance, up to a
   * constant. It can be small for bad models: monitor it, but do not select models by it.
   */
  readonly reconstructionError: number;
  /** Mean F(v) of these rows. */
  readonly dataFreeEnergy: number;
  /** Mean F(v) of the states of the last negative phase. */
  readonly modelFreeEnergy: number;
  /** With tempering: acceptance rate of swaps in this epoch between each temperature and the next. */
  readonly swapRates?: readonly number[] | undefined;
  /** With tempering: the inverse temperatures used from now on. */
  readonly ladder?: readonly number[] | undefined;
}

/** Checked options with their defaults. */
export type RbmSettings = ResolvedOptions<typeof rbmOptions> & { readonly batch: number };

/**
 * @param owner owner of the options in messages
 * @throws ArgumentError for an option out of its range
 */
export function readRbmOptions(given: RbmOptionValues, rows: number, owner = "the training of an RBM"): RbmSettings {
  const read = readOptions(owner, rbmOptions, given);
  const needs = read.centred ? "centred" : read.sparsity === undefined ? undefined : "sparsity";
  if (!read.learnBiases && needs !== undefined) {
    throw new ArgumentError(`learnBiases is false but ${needs} changes biases; omit one of the two`);
  }
  return { ...read, batch: batchOf(read.batch, rows) };
}
