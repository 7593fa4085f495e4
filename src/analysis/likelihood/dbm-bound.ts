import { type Random, requireRandom } from "../../math/random.js";
import { type DeepBoltzmannMachine, deepMeanField, type DeepMeanFieldOptions } from "../../models/index.js";
import type { Rows, Units } from "../../units/index.js";
import { type LogLikelihood, likelihoodOf } from "./log-likelihood.js";
import { logPartition, type PartitionOptions } from "./partition.js";
import type { PartitionFunction } from "./verdict.js";

/** How to find log Z; `data` are visible states, whose mean field gives the base-rate model of the lower layer. */
export type DeepPartitionOptions = Omit<PartitionOptions, "beta" | "samples"> & Omit<DeepMeanFieldOptions, "workspace">;

/**
 * log Z of a deep Boltzmann machine with its bounds and a verdict. The chains of annealed importance sampling hold states of
 * h^1 alone, while v and h^2 are summed out (Salakhutdinov and Hinton, Deep Boltzmann machines, 2009): those of the RBM that
 * the machine is, see `DeepBoltzmannMachine.toRbm`.
 *
 * @throws what `logPartition` throws, and ShapeError or DataError for data that are no visible states
 */
export async function deepLogPartition(
  machine: DeepBoltzmannMachine,
  options: DeepPartitionOptions,
): Promise<PartitionFunction> {
  const { data, random, workspace, maxSweeps, tolerance: _, ...rest } = options;
  return logPartition(machine.toRbm(), options);
}
