import { requireInteger } from "../errors.js";
import { Random } from "../math/random.js";
import type { Rbm } from "../models/index.js";
import type { Monitor } from "../training/index.js";
import { logLikelihood } from "./log-likelihood.js";
import type { PartitionOptions } from "./partition.js";
import type { StateRows } from "./state-rows.js";

/** Options of a monitor of the likelihood; its random numbers follow from the seed of the training and the epoch. */
export interface LikelihoodMonitorOptions extends Omit<PartitionOptions, "random" | "signal" | "progress"> {
  /** Number of epochs between measurements; defaults to 1. */
  readonly every?: number | undefined;
}

/**
 * A monitor of training: `logLikelihood` of the given rows with its bounds `logLikelihoodLow` and `logLikelihoodHigh`, and a
 * warning if they are not reliable.
 */
export function likelihoodMonitor(rows: StateRows, options: LikelihoodMonitorOptions = {}): Monitor<Rbm> {
  const { every = 1, ...rest } = options;
  requireInteger("every", every, 1);
  return async (rbm, { epoch, seed, signal }) => {
    if (epoch % every !== 0) return { values: {} };
    const random = new Random(seed).fork(STREAM).fork(epoch);
    const { value, low, high, trusted, verdict } = await logLikelihood(rbm, rows, { ...rest, random, signal });
    return {
      values: { logLikelihood: value, logLikelihoodLow: low, logLikelihoodHigh: high },
      warnings: trusted ? [] : [{ code: "untrusted", epoch, verdict }],
    };
  };
}

/** Stream of the training's seed for the likelihood; the training itself uses the first streams. */
const STREAM = 2 ** 20;
