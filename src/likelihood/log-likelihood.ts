import { requireOptions } from "../errors.js";
import { standardErrorOfMean } from "../math/standard-error.js";
import type { Rbm } from "../models/index.js";
import { logPartition, type PartitionOptions } from "./partition.js";
import { asStates, type StateRows, someRows } from "./state-rows.js";
import type { PartitionFunction } from "./verdict.js";
import { takeSteps } from "./watch.js";

/** Number of rows whose free energies are computed at a time. */
const BATCH = 64;

/** The log-likelihood of data, in nats, with its evidence. */
export interface LogLikelihood {
  /** The mean of log p(v) over the rows. */
  readonly value: number;
  /** Lower bound, with the upper bound of log Z. */
  readonly low: number;
  /** Upper bound, with the lower bound of log Z. */
  readonly high: number;
  /** log p(v) of every row, a log-density if the visible units are real-valued. */
  readonly rows: Float64Array;
  /** Standard error of the mean over the rows as a sample of a population; Infinity for one row. */
  readonly rowStandardError: number;
  readonly method: PartitionFunction["method"];
  /** The smaller effective sample size of both directions of sampling; Infinity if log Z is exact. */
  readonly effectiveSampleSize: number;
  /** Whether the bounds are reliable. */
  readonly trusted: boolean;
  /** The reason for `trusted` in one sentence. */
  readonly verdict: string;
  readonly partition: PartitionFunction;
}

/**
 * log p(v) = -beta F(v) - log Z of rows of data, averaged, with bounds from those of log Z and a verdict: see
 * `logPartition`. `data`, from which the base-rate model and any Gibbs chains of the reverse start, defaults to the rows.
 *
 * ```ts
 * const { value, low, high, verdict } = await logLikelihood(rbm, testDigits, { random: new Random(1), data: trainingDigits });
 * ```
 *
 * @throws what `logPartition` throws, and ShapeError or DataError for rows that are not states of the visible layer
 */
export async function logLikelihood(rbm: Rbm, rows: StateRows, options: PartitionOptions): Promise<LogLikelihood> {
  requireOptions(options, "{ random }");
  const { beta = 1, signal } = options;
  const states = asStates(rbm, rows);
  const logWeights = new Float64Array(states.rows);
  await takeSteps(Math.ceil(states.rows / BATCH), { signal }, (step) => {
    const from = step * BATCH;
    const count = Math.min(BATCH, states.rows - from);
    const energies = rbm.freeEnergy(someRows(rbm, states, from, count), { beta });
    for (let r = 0; r < count; r++) logWeights[from + r] = -beta * energies[r];
  });
  return likelihoodOf(logWeights, await logPartition(rbm, { ...options, data: options.data ?? rows }));
}

/** The log-likelihood of rows with the given log p*(v) of a model with the given log Z. */
export function likelihoodOf(logWeights: Float64Array, partition: PartitionFunction): LogLikelihood {
  const { logZ, low, high, method, effectiveSampleSize, trusted, verdict } = partition;
  const count = logWeights.length;
  const mean = logWeights.reduce((sum, x) => sum + x, 0) / count;
  return {
    value: mean - logZ,
    low: mean - high,
    high: mean - low,
    rows: logWeights.map((x) => x - logZ),
    rowStandardError: standardErrorOfMean(logWeights, mean),
    method,
    effectiveSampleSize,
    trusted,
    verdict,
    partition,
  };
}
