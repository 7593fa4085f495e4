import { ArgumentError } from "../../errors.js";
import { type OptionsOf, type ResolvedOptions, readOptions } from "../../options.js";
import { trainingMethods } from "../methods/index.js";
import { optimisers } from "../optimisers/index.js";
import { batchOf } from "../training.js";

const NUMBER = { type: "number", low: 0, high: Number.MAX_VALUE } as const;

/** The options of the training of an RBM that are data. */
export const rbmOptions = {
  method: {
    type: "made",
    sort: "training method",
    from: trainingMethods,
    default: "pcd",
    help: "how the negative phase is estimated",
  },
  batch: { type: "integer", low: 1, optional: true, help: "rows of an update (default 100, or all of fewer)" },
  epochs: { type: "integer", low: 1, help: "passes over the data" },
  rate: { ...NUMBER, scheduled: true, default: 0.05, help: "learning rate" },
  optimiser: {
    type: "made",
    sort: "optimiser",
    from: optimisers,
    default: "momentum",
    help: "how steps are made of gradients",
  },
  l1: { ...NUMBER, default: 0, help: "weight decay by L1" },
  l2: { ...NUMBER, default: 0, help: "weight decay by L2" },
  sparsity: {
    type: "number",
    low: -Number.MAX_VALUE,
    high: Number.MAX_VALUE,
    optional: true,
    help: "target mean activation of the hidden units",
  },
  sparsityCost: { ...NUMBER, default: 0.01, help: "weight of the sparsity target beside the likelihood" },
  sparsityMemory: {
    type: "number",
    low: 0,
    below: 1,
    default: 0.95,
    help: "part of the running mean activation that an update keeps",
  },
  centred: { type: "boolean", default: false, help: "learn in the centred parametrisation" },
  centredSliding: {
    type: "number",
    above: 0,
    high: 1,
    default: 0.01,
    help: "part of the running means that comes from each batch",
  },
  learnBiases: { type: "boolean", default: true, help: "learn the biases, or means, of the units" },
  learnPrecisions: { type: "boolean", default: false, help: "learn the precisions of gaussian and relu units" },
  seed: { type: "integer", low: 0, default: 0, help: "seed of all that is random" },
} as const;

/** The options of the training of an RBM that are data. */
export type RbmOptionValues = OptionsOf<typeof rbmOptions>;

/** Options with their defaults, checked. */
export type RbmSettings = ResolvedOptions<typeof rbmOptions> & { readonly batch: number };

/**
 * @param owner what has the options, for messages
 * @throws ArgumentError for an option out of its range
 */
export function readRbmOptions(given: RbmOptionValues, rows: number, owner = "the training of an RBM"): RbmSettings {
  const read = readOptions(owner, rbmOptions, given);
  if (typeof read.method.start !== "function") {
    throw new ArgumentError(
      "method is not a training method; expected persistent(), contrastiveDivergence() or another",
    );
  }
  if (typeof read.optimiser.start !== "function") {
    throw new ArgumentError("optimiser is not one; expected momentum(), adam() or another");
  }
  const needs = read.centred ? "centred" : read.sparsity === undefined ? undefined : "sparsity";
  if (!read.learnBiases && needs !== undefined) {
    throw new ArgumentError(`learnBiases is false but ${needs} moves biases; leave one of the two out`);
  }
  return { ...read, batch: batchOf(read.batch, rows) };
}
