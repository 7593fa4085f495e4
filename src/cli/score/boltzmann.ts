import { ArgumentError } from "../../errors.js";
import { Random } from "../../math/index.js";
import { type BoltzmannMachine, boltzmannKind, ExactDistribution } from "../../models/index.js";
import type { GreySet } from "../io/grey-set.js";
import { count } from "../io/output.js";
import { readingOf, statesOf } from "../io/reading.js";
import type { TrainedModel } from "../io/trained-model.js";
import { nats, type Score, type ScoreOptions, type Scoring } from "./kinds.js";

/** The exact log-likelihood of images under a Boltzmann machine that is small enough for it. */
export const scoreBoltzmann: Scoring = { kind: boltzmannKind, options: [], score };

/** All states of more units take too long to list. */
const MOST_UNITS = 24;

async function score(stored: TrainedModel<BoltzmannMachine>, set: GreySet, options: ScoreOptions): Promise<Score> {
  const { model: machine, visible } = stored;
  if (machine.units > MOST_UNITS) {
    const found = `the machine has ${machine.units} units; log-likelihoods of at most ${MOST_UNITS} can be computed`;
    throw new ArgumentError(`${found}: train an RBM or a deep Boltzmann machine, for which they can be estimated`);
  }
  const reading = readingOf(stored, options);
  const rows = statesOf(set, visible, reading, set.count, new Random(options.seed).fork(0));
  const exact = new ExactDistribution(machine);
  const logs = exact.logLikelihood(rows);
  const logLikelihood = logs.reduce((sum, x) => sum + x, 0) / logs.length;
  const record = { ...reading, logLikelihood, logPartition: exact.logZ, method: "exact sum" };
  return Promise.resolve({
    record,
    lines: [
      `log-likelihood  ${nats(logLikelihood)} nats an image, exact`,
      `over ${count(set.count, "image")} of ${set.name}`,
      `log Z           ${nats(exact.logZ)}`,
    ],
  });
}
