import type { Random } from "engram";
import { defaultWorkspace, type MakeWorkspace } from "engram/kernels";
import {
  anneal,
  annealBack,
  hiddenLogPartition,
  type LogMean,
  linearSchedule,
  logMeanWeight,
  RbmChains,
} from "engram/likelihood";
import { exp, type Matrix, sigmoid } from "engram/math";
import { atBeta, hiddenConstant } from "./machine.js";
import { climb, distinct, type Mode, mixtureLogZ, modeAt, modesAt } from "./modes.js";

/** Effort for the estimates of log Z. */
export interface LogZOptions {
  readonly beta: number;
  readonly random: Random;
  /** Chains of annealing, and temperatures from infinity to 1 / beta. */
  readonly chains: number;
  readonly temperatures: number;
  /** Samples from the mixture of gaussians at the modes. */
  readonly samples: number;
  /** Random states from which modes are looked for, beside those in `seeds` and the ends of the annealed chains. */
  readonly starts: number;
  /** Rows of spins near which modes are expected: patterns, images. */
  readonly seeds: Float64Array;
  readonly workspace?: MakeWorkspace | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One estimate of log Z. */
export interface Estimated {
  readonly logZ: number;
  readonly error: number;
  readonly ess: number;
}

/** Three estimates of log Z of the spins, Z = sum_s exp(beta |W^T s|^2 / 2). */
export interface LogZ {
  /** Annealing over the spins by block Gibbs sampling: a stochastic lower bound. */
  readonly forward: Estimated;
  /** Importance sampling from gaussians at the modes of the hidden units' density: another. */
  readonly mixture: Estimated & { readonly modes: number };
  /** Reverse annealing from draws of the better one of these: an upper bound if its draws follow the machine's distribution. */
  readonly reverse: Estimated;
  /** The larger lower bound: an unbiased estimate of Z is rarely far too large, and often too small. */
  readonly logZ: number;
}

/** A number between two bounds. */
export interface Bounded {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** log Z with its bounds, three standard errors included. */
export function boundsOf({ forward, mixture, reverse, logZ }: LogZ): Bounded {
  const { error } = forward.logZ >= mixture.logZ ? forward : mixture;
  const high = Math.max(logZ + 3 * error, reverse.logZ + 3 * reverse.error);
  return { value: logZ, low: logZ - 3 * error, high };
}

/** Steps at the end of the path before the chains go back. */
const SETTLE = 20;

/** log Z of spins with couplings W W^T, by three independent estimators. */
export async function estimateLogZ(weights: Matrix, options: LogZOptions): Promise<LogZ> {
  const { beta, random, chains, temperatures, workspace = defaultWorkspace, signal } = options;
  const machine = atBeta(weights, beta);
  const constant = hiddenConstant(weights.columns, beta);
  const schedule = linearSchedule(temperatures);
  const up = new RbmChains(machine, { chains, random: random.fork(0), workspace });
  const back = new RbmChains(machine, { chains, random: random.fork(1), workspace });
  try {
    const forward = await anneal(up, schedule, { signal });
    const ends = up.states();
    const modes = findModes(weights, ends, options);
    const mixture = mixtureLogZ(weights, beta, modes, { samples: options.samples, random: random.fork(2) });
    const better = mixture.value > forward.logZ;
    const draws = better
      ? spinsGiven(
          weights,
          beta,
          resampled(mixture.rows, weights.columns, mixture.logWeights, chains, random.fork(3)),
          random.fork(4),
        )
      : resampled(ends, weights.rows, forward.logWeights, chains, random.fork(3));
    back.place(draws);
    for (let step = 0; step < SETTLE; step++) back.move(1);
    const reverse = await annealBack(back, schedule, { signal });
    const told = (logZ: number, { standardError, effectiveSampleSize }: Omit<LogMean, "value">): Estimated => ({
      logZ: logZ - constant,
      error: standardError,
      ess: effectiveSampleSize,
    });
    return {
      forward: told(forward.logZ, forward),
      mixture: { ...told(mixture.value, mixture), modes: modes.length },
      reverse: told(reverse.logZ, reverse),
      logZ: Math.max(forward.logZ, mixture.value) - constant,
    };
  } finally {
    up.dispose();
    back.dispose();
  }
}

/** log Z of the spins by the estimator of the source, with the part of the moves that were accepted. */
export async function sourceLogZ(
  weights: Matrix,
  options: {
    readonly beta: number;
    readonly chains: number;
    readonly steps: number;
    readonly random: Random;
    readonly workspace?: MakeWorkspace | undefined;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Estimated & { readonly accepted: number }> {
  const { steps, ...rest } = options;
  const machine = atBeta(weights, 1);
  const found = await hiddenLogPartition(machine, { ...rest, temperatures: steps + 1 });
  // The weights are relative to the contribution of the hidden units.
  const { value, standardError, effectiveSampleSize } = logMeanWeight(found.logWeights);
  return { logZ: value, error: standardError, ess: effectiveSampleSize, accepted: found.accepted };
}

function findModes(weights: Matrix, ends: Float64Array, options: LogZOptions): Mode[] {
  const { beta, random, starts, seeds, workspace = defaultWorkspace } = options;
  const { rows: n, columns: p } = weights;
  const stream = random.fork(5);
  const spins = new Float64Array(seeds.length + ends.length + starts * n);
  spins.set(seeds);
  spins.set(ends, seeds.length);
  for (let k = seeds.length + ends.length; k < spins.length; k++) spins[k] = stream.bernoulli(0.5) ? 1 : -1;
  const rows = atBeta(weights, 1).hiddenInputs(spins);
  const modes = modesAt(weights, beta, distinct(climb(weights, beta, rows, workspace), p));
  if (modes.length > 0) return modes;
  // At beta = 1 the only maximum is flat; a little below it, it is not.
  return [modeAt(weights, Math.min(beta, 0.99), new Float64Array(p))!];
}

/** Rows drawn with replacement, in proportion to their weights. */
function resampled(
  rows: Float64Array,
  width: number,
  logWeights: Float64Array,
  count: number,
  random: Random,
): Float64Array {
  const { value } = logMeanWeight(logWeights);
  const shares = logWeights.map((log) => exp(log - value) / logWeights.length);
  const drawn = new Float64Array(count * width);
  for (let r = 0; r < count; r++) {
    const u = random.uniform();
    let [from, below] = [0, shares[0]];
    while (below <= u && from < shares.length - 1) below += shares[++from];
    drawn.set(rows.subarray(from * width, (from + 1) * width), r * width);
  }
  return drawn;
}

/** Spins drawn given rows of hidden values. */
function spinsGiven(weights: Matrix, beta: number, hidden: Float64Array, random: Random): Float64Array {
  return atBeta(weights, 1)
    .visibleInputs(hidden)
    .map((y) => (random.bernoulli(sigmoid(2 * beta * y)) ? 1 : -1));
}
