import { ArgumentError, requireInteger, requireNumber, requireOptions } from "../errors.js";
import { requireRandom } from "../math/random.js";
import { exactLogPartition, type Rbm } from "../models/index.js";
import { isSmall } from "../models/rbm/exact.js";
import { GaussianPair } from "../models/rbm/gaussian-partition.js";
import type { Rows } from "../units/index.js";
import { type AnnealingEstimate, anneal, annealBack } from "./annealing.js";
import { exactSamples } from "./exact-samples.js";
import { RbmChains, type RbmChainsOptions } from "./rbm-chains.js";
import { type ScheduleOptions, scheduleOf } from "./schedule.js";
import { drawRows } from "./state-rows.js";
import { exactVerdict, type PartitionFunction, sandwich } from "./verdict.js";
import { takeSteps, type Watch } from "./watch.js";

/** Options of annealed importance sampling. */
export interface AnnealingOptions extends RbmChainsOptions, ScheduleOptions, Watch {}

/** Options of annealed importance sampling in reverse. */
export interface ReverseOptions extends AnnealingOptions {
  /**
   * Visible states drawn from the machine, one per chain (repeated if there are fewer). Default to exact samples if a layer is
   * small enough, otherwise to the final states of Gibbs chains.
   */
  readonly samples?: Rows | undefined;
  /** Number of steps of those Gibbs chains, from rows of the data or else from the base model; defaults to 1,000. */
  readonly steps?: number | undefined;
}

/** Estimate of log Z by annealing in reverse. */
export interface ReverseEstimate extends AnnealingEstimate {
  /** Whether the chains started from exact samples that this function drew. */
  readonly exact: boolean;
}

/** Options of log Z. */
export interface PartitionOptions extends ReverseOptions {
  /** "exact" or "annealing"; defaults to "exact" if a layer is small enough or both are gaussian, otherwise to annealing. */
  readonly method?: "exact" | "annealing" | undefined;
  /** Allowed difference of forward and reverse beyond their errors, in nats; defaults to 0.01. */
  readonly tolerance?: number | undefined;
}

/**
 * log Z of an RBM by annealed importance sampling from the base-rate model of the data: see `anneal` for what the numbers
 * mean and `RbmChains` for the path.
 *
 * @throws ArgumentError for fewer than two chains or temperatures, DataError for data that the visible units cannot take
 *   or for a schedule that does not rise from 0 to 1, the signal's reason if it was aborted
 */
export async function annealedImportance(rbm: Rbm, options: AnnealingOptions): Promise<AnnealingEstimate> {
  requireOptions(options, "{ random }");
  const schedule = scheduleOf(options);
  return withChains(rbm, options, (chains) => anneal(chains, schedule, options));
}

/**
 * log Z of an RBM by annealed importance sampling in reverse, from the machine's own samples to the base-rate model: see
 * `annealBack`. The bound holds only if the samples are exact.
 *
 * @throws what `annealedImportance` throws
 */
export async function reverseAnnealedImportance(rbm: Rbm, options: ReverseOptions): Promise<ReverseEstimate> {
  requireOptions(options, "{ random }");
  const schedule = scheduleOf(options);
  const { random, samples, data, steps = 1000, beta, progress, signal } = options;
  requireInteger("steps", steps, 0);
  const exact = samples === undefined && isSmall(rbm);
  const first = exact || samples !== undefined ? 0 : steps;
  const total = first + schedule.length - 1;
  return withChains(rbm, { ...options, random: requireRandom(random, NAME).fork(0) }, async (chains) => {
    const starts = random.fork(1);
    if (exact) chains.place(exactSamples(rbm, { random: starts, count: chains.count, beta }));
    else if (samples !== undefined) chains.place(samples);
    else if (data === undefined) chains.drawBase();
    else chains.place(drawRows(rbm, data, chains.count, starts));
    await takeSteps(first, { progress: within(progress, 0, total), signal }, () => chains.move(1));
    return { ...(await annealBack(chains, schedule, { progress: within(progress, first, total), signal })), exact };
  });
}

/**
 * log Z of an RBM with its bounds and a verdict: the exact sum if a layer is small enough, the closed form if both are
 * gaussian, otherwise annealed importance sampling in both directions, see `sandwich`.
 *
 * @throws what `annealedImportance` and `exactLogPartition` throw, and ArgumentError for the method "exact" if both layers are too large
 */
export async function logPartition(rbm: Rbm, options: PartitionOptions): Promise<PartitionFunction> {
  requireOptions(options, "{ random }");
  const { method, beta, random, tolerance, steps = 1000, progress } = options;
  if (method !== undefined && method !== "exact" && method !== "annealing") {
    throw new ArgumentError(`method is ${JSON.stringify(method)}; expected "exact" or "annealing"`);
  }
  if (tolerance !== undefined) requireNumber("tolerance", tolerance, 0);
  options.signal?.throwIfAborted();
  const schedule = scheduleOf(options);
  if (method === "exact" || (method === undefined && (isSmall(rbm) || GaussianPair.is(rbm))))
    return exactVerdict(exactLogPartition(rbm, { beta }), { closed: GaussianPair.is(rbm) });
  requireRandom(random, NAME);
  requireInteger("steps", steps, 0);
  const half = schedule.length - 1;
  const total = 2 * half + (options.samples === undefined && !isSmall(rbm) ? steps : 0);
  const run = (stream: number, done: number): ReverseOptions => ({
    ...options,
    random: random.fork(stream),
    progress: within(progress, done, total),
  });
  const forward = await annealedImportance(rbm, run(0, 0));
  const reverse = await reverseAnnealedImportance(rbm, run(1, half));
  return sandwich(forward, reverse, { exact: reverse.exact, tolerance });
}

const NAME = "annealed importance sampling";

async function withChains<T>(rbm: Rbm, options: RbmChainsOptions, act: (chains: RbmChains) => Promise<T>): Promise<T> {
  const chains = new RbmChains(rbm, options);
  try {
    return await act(chains);
  } finally {
    chains.dispose();
  }
}

/** Reports progress of a part of the work as progress of the whole. */
function within(progress: Watch["progress"], before: number, total: number): Watch["progress"] {
  return progress === undefined ? undefined : (done) => progress(before + done, total);
}
