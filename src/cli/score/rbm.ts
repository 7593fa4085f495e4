import { logLikelihood } from "../../likelihood/index.js";
import { Random } from "../../math/index.js";
import { type Rbm, rbmKind } from "../../models/index.js";
import type { GreySet } from "../io/grey-set.js";
import { count } from "../io/output.js";
import { readingOf, statesOf } from "../io/reading.js";
import type { TrainedModel } from "../io/trained-model.js";
import { nats, type Score, type ScoreOptions, type Scoring, usualAnnealing, withBar, within } from "./kinds.js";

/** The log-likelihood of images under an RBM, exact if a layer is small. */
export const scoreRbm: Scoring = { kind: rbmKind, options: ["method", "chains", "temperatures"], score };

async function score(stored: TrainedModel<Rbm>, set: GreySet, options: ScoreOptions): Promise<Score> {
  const { method, seed, threads } = options;
  const { chains, temperatures } = { ...usualAnnealing, ...options };
  const { model: rbm, visible } = stored;
  const reading = readingOf(stored, options);
  const random = new Random(seed);
  const rows = statesOf(set, visible, reading, set.count, random.fork(0));
  const result = await withBar("annealing", threads, (workspace, progress) =>
    logLikelihood(rbm, rows, { random: random.fork(1), method, chains, temperatures, workspace, progress }),
  );
  const { value, low, high, rowStandardError, partition, effectiveSampleSize, trusted, verdict } = result;
  const isExact = result.method === "exact sum";
  const record = {
    ...(visible.twoStates === undefined ? {} : reading),
    logLikelihood: value,
    low,
    high,
    standardErrorOverImages: rowStandardError,
    logPartition: partition.logZ,
    logPartitionLow: partition.low,
    logPartitionHigh: partition.high,
    method: result.method,
    // JSON has no infinity; nothing was sampled.
    ...(isExact ? {} : { chains, temperatures, effectiveSampleSize }),
  };
  const lines = [
    `log-likelihood  ${nats(value)} nats per image, ${isExact ? "exact" : within(low, high)}`,
    `over ${count(set.count, "image")} of ${set.name}, another sample of which would differ by about ${nats(rowStandardError)}`,
    `log Z           ${nats(partition.logZ)}${isExact ? "" : `, ${within(partition.low, partition.high)}`}`,
    ...(isExact
      ? []
      : [`${effectiveSampleSize.toFixed(0)} effective samples in ${chains} chains of ${temperatures} temperatures`]),
  ];
  return { record, lines, trusted, verdict };
}
