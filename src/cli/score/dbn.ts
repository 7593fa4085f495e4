import type { MakeWorkspace } from "../../kernels/index.js";
import { deepBeliefBound } from "../../likelihood/index.js";
import { type Proportion, Random } from "../../math/index.js";
import { type DeepBeliefNet, deepBeliefKind, labelProbabilities } from "../../models/index.js";
import type { GreySet } from "../io/grey-set.js";
import { count } from "../io/output.js";
import { meansOf, readingOf, statesOf } from "../io/reading.js";
import type { TrainedModel } from "../io/trained-model.js";
import { classNumbers, describeErrors, errorRate, namesOf } from "../train/classes.js";
import { nats, type Score, type ScoreOptions, type Scoring, usualAnnealing, withBar, within } from "./kinds.js";

/** A lower bound on the log-likelihood of images under a deep belief net, and its error rate if it has labels. */
export const scoreDbn: Scoring = {
  kind: deepBeliefKind,
  options: ["method", "chains", "temperatures", "draws"],
  score,
};

async function score(stored: TrainedModel<DeepBeliefNet>, set: GreySet, options: ScoreOptions): Promise<Score> {
  const { method, seed, threads, draws = 10 } = options;
  const { chains, temperatures } = { ...usualAnnealing, ...options };
  const { model: net, visible } = stored;
  const reading = readingOf(stored, options);
  const labels = net.classes === 0 ? undefined : classNumbers(set, namesOf(stored, net.classes));
  const random = new Random(seed);
  const rows = statesOf(set, visible, reading, set.count, random.fork(0));
  const { bound, errors } = await withBar("annealing", threads, async (workspace, progress) => ({
    errors: labels && errorsOf(net, meansOf(set, visible, reading, 0, set.count), labels, workspace),
    bound: await deepBeliefBound(net, rows, {
      random: random.fork(1),
      method,
      chains,
      temperatures,
      draws,
      workspace,
      progress,
    }),
  }));
  const { value, low, high, importanceWeighted, standardError, rowStandardError, partition, trusted, verdict } = bound;
  const isExact = partition.method === "exact sum";
  const record = {
    ...(visible.twoStates === undefined ? {} : reading),
    lowerBound: value,
    lowerBoundLow: low,
    lowerBoundHigh: high,
    importanceWeighted,
    standardErrorOfDraws: standardError,
    standardErrorOverImages: rowStandardError,
    draws,
    logPartition: partition.logZ,
    logPartitionLow: partition.low,
    logPartitionHigh: partition.high,
    method: partition.method,
    // JSON has no infinity; nothing was sampled.
    ...(isExact ? {} : { chains, temperatures, effectiveSampleSize: partition.effectiveSampleSize }),
    errors,
  };
  const lines = [
    `log-likelihood  at least ${nats(value)} nats per image: a lower bound, itself ${within(low, high)}`,
    `                about ${nats(importanceWeighted)} by importance weights of ${draws} draws, closer but still below on average`,
    `over ${count(set.count, "image")} of ${set.name}, another sample of which would differ by about ${nats(rowStandardError)}`,
    `log Z           ${nats(partition.logZ)} of the top RBM${isExact ? "" : `, ${within(partition.low, partition.high)}`}`,
    ...(errors === undefined ? [] : [`errors          ${describeErrors(errors)}`]),
  ];
  return { record, lines, trusted, verdict };
}

/** The proportion of images that the net assigns to a wrong class. */
function errorsOf(net: DeepBeliefNet, values: Float64Array, labels: Uint32Array, workspace: MakeWorkspace): Proportion {
  const data = { rows: labels.length, columns: net.visible.width, values };
  const { columns, values: p } = labelProbabilities(net, data, { workspace });
  const guessed = Uint32Array.from(labels, (_, r) => {
    const own = p.subarray(r * columns, (r + 1) * columns);
    return own.indexOf(own.reduce((most, x) => Math.max(most, x)));
  });
  return errorRate(guessed, labels);
}
