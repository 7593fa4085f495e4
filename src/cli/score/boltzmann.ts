import { ArgumentError } from "../../errors.js";
import { Random } from "../../math/index.js";
import { type BoltzmannMachine, boltzmannKind, ExactDistribution } from "../../models/index.js";
import type { GreySet } from "../io/grey-set.js";
import { count } from "../io/output.js";
import { readingOf, statesOf } from "../io/reading.js";
import type { TrainedModel } from "../io/trained-model.js";
import { nats, type Score, type ScoreOptions, type Scoring } from "./kinds.js";

/** The exact log-likelihood of images under a small Boltzmann machine. */
export const scoreBoltzmann: Scoring = { kind: boltzmannKind, options: [], score };

/** Enumerating the states of more units takes too long. */
const MOST_UNITS = 24;

async function score(stored: TrainedModel<BoltzmannMachine>, set: GreySet, options: ScoreOptions): Promise<Score> {
  const { model: machine, visible } = stored;
  if (machine.units > MOST_UNITS) {
    const found = `the machine has ${machine.units} units; the log-likelihood can be computed for at most ${MOST_UNITS}`;
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
      `log-likelihood  ${nats(logLikelihood)} nats per image, exact`,
      `over ${count(set.count, "image")} of ${set.name}`,
      `log Z           ${nats(exact.logZ)}`,
    ],
  });
}
