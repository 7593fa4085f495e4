import { ArgumentError } from "../../errors.js";
import { type OptionsOf, type ResolvedOptions, readOptions } from "../../options.js";
import { trainingMethods } from "../methods/index.js";
import { optimisers } from "../optimisers/index.js";
import { batchOf } from "../training.js";

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
  optimiser: {
    type: "made",
    sort: "optimiser",
    has: "start",
    from: optimisers,
    default: "momentum",
    help: "optimiser",
  },
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
