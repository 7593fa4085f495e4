import { ArgumentError } from "../errors.js";
import type { AtBeta, Rbm } from "../models/index.js";
import type { Rows } from "../units/index.js";

/**
 * log q(h) of every row: the p-dimensional representation of N spins, with the visible units summed out,
 *
 *     q(h) = exp(-beta |h|^2 / 2) prod_i 2 cosh(beta (b_i + (W h)_i)),   int q(h) dh = Z,
 *
 * for hidden units of mean 0 and precision 1; other means and precisions enter the quadratic term (Smart and Zilman, On the
 * mapping between Hopfield networks and Restricted Boltzmann Machines, 2021, eq. 7; without its 2^N, -1/beta log q is the free
 * energy F0 of eq. 8). Z is that of the RBM; with the mapping's
 * `logConstant`, log Z of the Hopfield net is log Z - logConstant(beta). At large beta the minima of -log q are the stored
 * patterns, h = W^T xi. `hiddenLogPartition` anneals q to estimate log Z.
 *
 * @throws ArgumentError for hidden units that are not gaussian or a beta that is not above 0, ShapeError or DataError for
 *   rows that are not states of the hidden layer
 */
export function hiddenLogDensity(rbm: Rbm, hidden: Rows, { beta = 1, out }: AtBeta = {}): Float64Array {
  requireGaussian(rbm);
  const logs = rbm.hiddenFreeEnergy(hidden, { beta, out });
  for (let r = 0; r < logs.length; r++) logs[r] *= -beta;
  return logs;
}

/**
 * The gradient of log q(h) by h, row by row: beta (W^T <v | h> - gamma (h - mu)), p values per row.
 *
 * @throws as `hiddenLogDensity`
 */
export function hiddenLogDensityGradient(rbm: Rbm, hidden: Rows, { beta = 1, out }: AtBeta = {}): Float64Array {
  const { mean, precision } = requireGaussian(rbm);
  const means = rbm.visibleMean(hidden, { beta });
  const gradient = rbm.hiddenInputs(means, { out });
  const p = mean.length;
  for (let k = 0; k < gradient.length; k++) {
    const j = k % p;
    gradient[k] = beta * (gradient[k] - precision[j] * (hidden[k] - mean[j]));
  }
  return gradient;
}

/** The parameters of gaussian hidden units. @throws ArgumentError for units of another type */
export function requireGaussian({ hidden }: Rbm): { readonly mean: Float64Array; readonly precision: Float64Array } {
  if (hidden.type === "gaussian") return { mean: hidden.named.mean, precision: hidden.named.precision };
  const why = "only gaussian hidden units integrate to couplings between pairs of visible units";
  throw new ArgumentError(`the hidden units are ${hidden.type}; expected gaussian ones: ${why}`);
}

/** @throws ArgumentError for visible units other than spins */
export function requireSpins({ visible }: Rbm): void {
  if (visible.type === "spin") return;
  throw new ArgumentError(`the visible units are ${visible.type}; expected spin units, as in a Hopfield net`);
}
