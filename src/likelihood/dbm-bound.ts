import { requireOptions } from "../errors.js";
import { type Random, requireRandom } from "../math/random.js";
import { type DeepBoltzmannMachine, deepMeanField } from "../models/index.js";
import type { Rows } from "../units/index.js";
import { type LogLikelihood, likelihoodOf } from "./log-likelihood.js";
import { logPartition, type PartitionOptions } from "./partition.js";
import type { PartitionFunction } from "./verdict.js";

/** Options of log Z of a deep Boltzmann machine. */
export interface DeepPartitionOptions extends Omit<PartitionOptions, "beta" | "samples" | "data"> {
  /** Visible states: the base-rate model has the means of h^1 given these; if omitted, it is uniform. */
  readonly data?: Rows | undefined;
}

/** Stream of the generator for states of h^1; `logPartition` uses 0 and 1. */
const STATES = 2;

/**
 * log Z of a deep Boltzmann machine with its bounds and a verdict. The chains of annealed importance sampling have states of
 * h^1, with v and h^2 summed out (Salakhutdinov and Hinton, Deep Boltzmann machines, 2009): they are those of the RBM equal
 * to the machine, see `DeepBoltzmannMachine.toRbm`.
 *
 * @throws what `logPartition` throws, and ShapeError or DataError for data that are not visible states
 */
export async function deepLogPartition(
  machine: DeepBoltzmannMachine,
  options: DeepPartitionOptions,
): Promise<PartitionFunction> {
  requireOptions(options, "{ random }");
  const { data, ...rest } = options;
  const states = data && lowerStates(machine, data, requireRandom(rest.random, "log Z").fork(STATES), rest);
  return logPartition(machine.toRbm(), { ...rest, data: states });
}

/**
 * The variational lower bound on log p(v) of rows of data, averaged,
 *
 *     log p(v) >= E_q[-E(v, h^1, h^2)] + H(q) - log Z
 *
 * with the mean field q of each row (Salakhutdinov and Hinton 2009). The result has the form of a log-likelihood, with bounds
 * and a verdict from those of log Z, but `value` and `rows` are below log p(v) by the Kullback-Leibler divergence of q from
 * p(h^1, h^2 | v).
 *
 * @param options `data` for the base-rate model defaults to the rows
 * @throws what `deepLogPartition` throws, and ShapeError or DataError for rows that are not visible states
 */
export async function deepBoltzmannBound(
  machine: DeepBoltzmannMachine,
  rows: Rows,
  options: DeepPartitionOptions & { readonly partition?: PartitionFunction | undefined },
): Promise<LogLikelihood> {
  requireOptions(options, "{ random }");
  const { partition, ...rest } = options;
  const { logSums } = deepMeanField(machine, rows, { workspace: rest.workspace });
  const logZ = partition ?? (await deepLogPartition(machine, { ...rest, data: rest.data ?? rows }));
  return likelihoodOf(logSums, logZ, machine.visible);
}

/** States of h^1 drawn from its means given the rows. */
function lowerStates(
  machine: DeepBoltzmannMachine,
  rows: Rows,
  random: Random,
  { workspace }: Pick<PartitionOptions, "workspace">,
): Float64Array {
  const { low, high } = machine.hidden[0].twoStates!;
  const { lower } = deepMeanField(machine, rows, { workspace });
  return lower.map((mean) => (random.uniform() * (high - low) < mean - low ? high : low));
}
