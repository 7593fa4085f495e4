import { requireInteger } from "../errors.js";
import { Random } from "../math/random.js";
import type { Rbm } from "../models/index.js";
import type { Monitor } from "../training/index.js";
import { logLikelihood } from "./log-likelihood.js";
import type { PartitionOptions } from "./partition.js";
import type { StateRows } from "./state-rows.js";

/** What a monitor of the likelihood needs; what it draws follows from the seed of the training and the epoch. */
export interface LikelihoodMonitorOptions extends Omit<PartitionOptions, "random" | "signal" | "progress"> {
  /** Epochs from one measurement to the next, default 1. */
  readonly every?: number | undefined;
}

/**
 * A monitor of training: `logLikelihood` of the given rows with its bounds `logLikelihoodLow` and `logLikelihoodHigh`, and a
 * warning where they are not to be trusted.
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

/** Which stream of the training's seed the likelihood draws from; the training itself takes the first ones. */
const STREAM = 2 ** 20;
