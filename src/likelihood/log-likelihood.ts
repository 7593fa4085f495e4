import { requireFiniteResult, requireFiniteResults, requireOptions } from "../errors.js";
import { standardErrorOfMean } from "../math/standard-error.js";
import type { Rbm } from "../models/index.js";
import type { Units } from "../units/index.js";
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
  /** What the upper bound was above 0, where no log-probability can be: `value`, bounds and `rows` are cut to 0. */
  readonly cut: number;
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
  return likelihoodOf(logWeights, await logPartition(rbm, { ...options, data: options.data ?? rows }), rbm.visible);
}

/**
 * An upper limit on log p(v): 0 for units of finitely many states, whose probabilities are at most 1; Infinity for densities.
 */
export function largestLog({ states, named, parameters }: Units): number {
  const isDiscrete = states < Number.POSITIVE_INFINITY || named.bias?.length === parameters.length;
  return isDiscrete ? 0 : Number.POSITIVE_INFINITY;
}

/** A sentence on a bound that was above 0, for a verdict. */
export function noteOfCut(cut: number): string {
  return cut === 0
    ? ""
    : `; a bound was ${cut.toPrecision(3)} nats above 0 and is cut there, since no probability is above 1`;
}

/**
 * The log-likelihood of rows with the given log p*(v) of a model with the given log Z.
 *
 * @param visible the units of the rows; without them nothing is cut at 0
 * @throws DataError for a log-likelihood that overflows
 */
export function likelihoodOf(logWeights: Float64Array, partition: PartitionFunction, visible?: Units): LogLikelihood {
  const { logZ, low, high, method, effectiveSampleSize, trusted, verdict } = partition;
  const count = logWeights.length;
  const most = visible === undefined ? Number.POSITIVE_INFINITY : largestLog(visible);
  const mean = requireFiniteResult("log-likelihood", logWeights.reduce((sum, x) => sum + x, 0) / count);
  const rows = requireFiniteResults(
    "log-likelihood",
    logWeights.map((x) => x - logZ),
  );
  const cut = Math.max(0, mean - low - most);
  return {
    value: Math.min(most, mean - logZ),
    low: Math.min(most, mean - high),
    high: Math.min(most, mean - low),
    cut,
    rows: rows.map((x) => Math.min(most, x)),
    rowStandardError: standardErrorOfMean(logWeights, mean),
    method,
    effectiveSampleSize,
    trusted,
    verdict: `${verdict}${noteOfCut(cut)}`,
    partition,
  };
}
