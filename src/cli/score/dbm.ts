import { deepBoltzmannBound } from "../../likelihood/index.js";
import { Random } from "../../math/index.js";
import { type DeepBoltzmannMachine, deepBoltzmannKind } from "../../models/index.js";
import type { GreySet } from "../io/grey-set.js";
import { count } from "../io/output.js";
import { readingOf, statesOf } from "../io/reading.js";
import type { TrainedModel } from "../io/trained-model.js";
import { nats, type Score, type ScoreOptions, type Scoring, usualAnnealing, withBar, within } from "./kinds.js";

/** The variational lower bound on the log-likelihood of images under a deep Boltzmann machine. */
export const scoreDbm: Scoring = { kind: deepBoltzmannKind, options: ["method", "chains", "temperatures"], score };

async function score(stored: TrainedModel<DeepBoltzmannMachine>, set: GreySet, options: ScoreOptions): Promise<Score> {
  const { method, seed, threads } = options;
  const { chains, temperatures } = { ...usualAnnealing, ...options };
  const reading = readingOf(stored, options);
  const random = new Random(seed);
  const rows = statesOf(set, stored.visible, reading, set.count, random.fork(0));
  const bound = await withBar("annealing", threads, (workspace, progress) =>
    deepBoltzmannBound(stored.model, rows, {
      random: random.fork(1),
      method,
      chains,
      temperatures,
      workspace,
      progress,
    }),
  );
  const { value, low, high, rowStandardError, partition, effectiveSampleSize, trusted, verdict } = bound;
  const isExact = partition.method === "exact sum";
  const record = {
    ...reading,
    lowerBound: value,
    lowerBoundLow: low,
    lowerBoundHigh: high,
    standardErrorOverImages: rowStandardError,
    logPartition: partition.logZ,
    logPartitionLow: partition.low,
    logPartitionHigh: partition.high,
    method: partition.method,
    // JSON has no infinity; nothing was sampled.
    ...(isExact ? {} : { chains, temperatures, effectiveSampleSize }),
  };
  const lines = [
    `log-likelihood  at least ${nats(value)} nats per image: a lower bound${isExact ? "" : `, itself ${within(low, high)}`}`,
    `over ${count(set.count, "image")} of ${set.name}, another sample of which would differ by about ${nats(rowStandardError)}`,
    `log Z           ${nats(partition.logZ)}${isExact ? "" : `, ${within(partition.low, partition.high)}`}`,
  ];
  return { record, lines, trusted, verdict };
}
