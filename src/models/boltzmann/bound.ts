import { DataError } from "../../errors.js";
import type { Rows } from "../../units/index.js";
import { ExactDistribution } from "./exact.js";
import type { BoltzmannMachine } from "./machine.js";
import { type MeanFieldOptions, type MeanFieldSolution, meanField } from "./mean-field.js";

/** Lower bounds on log p(v), row by row, and the mean-field solution that gives them. */
export interface LikelihoodBound extends MeanFieldSolution {
  /** S(m) - beta E(v, m) - log Z */
  readonly bounds: Float64Array;
}

/**
 * The variational lower bound on log p(v) of every row: naive mean field with v clamped, minus log Z. The gap to log p(v)
 * is the Kullback-Leibler divergence of the product distribution from p(h | v) (Saul, Jaakkola and Jordan, Mean field
 * theory for sigmoid belief networks, 1996).
 *
 * @param logZ defaults to the exact value, for at most 24 units; an estimate makes the bound as accurate as itself
 * @throws what `meanField` throws, DataError for a logZ that is not finite, ArgumentError if it is omitted and the machine
 *   has more than 24 units
 */
export function likelihoodBound(
  machine: BoltzmannMachine,
  visible: Rows,
  { logZ, ...options }: Omit<MeanFieldOptions, "method"> & { readonly logZ?: number | undefined } = {},
): LikelihoodBound {
  if (logZ !== undefined && !Number.isFinite(logZ)) throw new DataError(`logZ is ${logZ}; expected a finite number`);
  const field = meanField(machine, { ...options, method: "naive", visible });
  const norm = logZ ?? new ExactDistribution(machine, { beta: options.beta }).logZ;
  return { ...field, bounds: field.logSums.map((logSum) => logSum - norm) };
}
