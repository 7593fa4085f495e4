import { DataError, requireFiniteResult, requireInteger } from "../errors.js";
import { requireSchedule } from "./schedule.js";
import { takeSteps, type Watch } from "./watch.js";
import { logMeanWeight } from "./weights.js";

/**
 * Markov chains on a path of unnormalised distributions p*_lambda(x), from p*_0, which can be sampled exactly and whose
 * normaliser is known, to p*_1, whose normaliser is estimated. Annealed importance sampling uses a model only through this
 * interface.
 */
export interface AnnealedChains {
  /** Number of chains, at least 2. */
  readonly count: number;
  /** log Z_0, the logarithm of the sum of p*_0(x) over all x. */
  readonly logPartition: number;
  /** Draws every chain from p_0, exactly. */
  drawBase(): void;
  /** Adds log p*_to(x) - log p*_from(x) of each chain to its entry of `out`. */
  addLogRatios(from: number, to: number, out: Float64Array): void;
  /** Makes one step of every chain, by a reversible transition that leaves p_lambda invariant. */
  move(lambda: number): void;
}

/** Estimate of log Z by annealed importance sampling in one direction. */
export interface AnnealingEstimate {
  readonly logZ: number;
  /** Standard error of log Z, by the delta method from the spread of the weights. */
  readonly standardError: number;
  /** logZ - 3 standardError. */
  readonly low: number;
  /** logZ + 3 standardError. */
  readonly high: number;
  /** (sum w)^2 / sum w^2, from 1 to the number of chains. */
  readonly effectiveSampleSize: number;
  /** log w of every chain; the mean of w is an unbiased estimate of Z_1 / Z_0 forward, of Z_0 / Z_1 in reverse. */
  readonly logWeights: Float64Array;
}

function requireChains({ count, logPartition }: AnnealedChains): void {
  requireInteger("count of the chains", count, 2, 2 ** 32 - 1);
  requireFiniteResult("logPartition of the chains", logPartition);
}

function requireNumbers(logWeights: Float64Array, lambda: number): void {
  const bad = logWeights.findIndex((value) => Number.isNaN(value) || value === Number.POSITIVE_INFINITY);
  if (bad < 0) return;
  const remedy = "check that the machine has a finite Z";
  throw new DataError(`the log weight of chain ${bad} is ${logWeights[bad]} at lambda = ${lambda}; ${remedy}`);
}

/** Number of standard errors between an estimate and its bounds. */
const SIGMAS = 3;

/**
 * Annealed importance sampling: a chain starts from p_0 and, while lambda rises from 0 to 1, accumulates the weight
 *
 *     w = prod_k p*_k(x_k) / p*_k-1(x_k),   x_k+1 ~ T_k(x_k),
 *
 * where T_k leaves p_k invariant. The mean of w is Z_1 / Z_0, so log Z is on average too low, and exceeds the true value by
 * b nats with a probability below e^-b: a stochastic lower bound (Neal, Annealed importance sampling, 2001).
 *
 * @param schedule lambda from 0 to 1, rising
 * @throws ArgumentError for fewer than two chains, ArgumentError or DataError for a schedule that is not valid, DataError for
 *   a log weight or a log Z_0 that is not finite, the signal's reason if it was aborted
 */
export async function anneal(
  chains: AnnealedChains,
  schedule: ArrayLike<number>,
  watch: Watch = {},
): Promise<AnnealingEstimate> {
  requireChains(chains);
  requireSchedule(schedule);
  const logWeights = new Float64Array(chains.count);
  const last = schedule.length - 1;
  chains.drawBase();
  await takeSteps(last, watch, (k) => {
    chains.addLogRatios(schedule[k], schedule[k + 1], logWeights);
    requireNumbers(logWeights, schedule[k + 1]);
    if (k + 1 < last) chains.move(schedule[k + 1]);
  });
  const { value, ...rest } = logMeanWeight(logWeights);
  return estimate(chains.logPartition + value, rest, logWeights);
}

/**
 * Annealed importance sampling in reverse: chains drawn from p_1 are annealed to p_0, and w is the inverse of that of
 * `anneal`. The mean of w is Z_0 / Z_1 if the draws are exact, so log Z is on average too high, and falls below the true
 * value by b nats with a probability below e^-b: a stochastic upper bound (Grosse, Ghahramani and Adams, Sandwiching the
 * marginal likelihood using bidirectional Monte Carlo, 2015; Burda, Grosse and Salakhutdinov, Accurate and conservative
 * estimates of MRF log-likelihood using reverse annealing, 2015).
 *
 * @param chains drawn from p_1
 * @param schedule lambda from 0 to 1, rising, as for `anneal`
 * @throws what `anneal` throws
 */
export async function annealBack(
  chains: AnnealedChains,
  schedule: ArrayLike<number>,
  watch: Watch = {},
): Promise<AnnealingEstimate> {
  requireChains(chains);
  requireSchedule(schedule);
  const logWeights = new Float64Array(chains.count);
  const last = schedule.length - 1;
  await takeSteps(last, watch, (step) => {
    const k = last - step;
    chains.addLogRatios(schedule[k], schedule[k - 1], logWeights);
    requireNumbers(logWeights, schedule[k - 1]);
    if (k > 1) chains.move(schedule[k - 1]);
  });
  const { value, ...rest } = logMeanWeight(logWeights);
  return estimate(chains.logPartition - value, rest, logWeights);
}

function estimate(
  logZ: number,
  { standardError, effectiveSampleSize }: { standardError: number; effectiveSampleSize: number },
  logWeights: Float64Array,
): AnnealingEstimate {
  requireFiniteResult("log Z", logZ);
  const width = SIGMAS * requireFiniteResult("standard error of log Z", standardError);
  return { logZ, standardError, low: logZ - width, high: logZ + width, effectiveSampleSize, logWeights };
}
