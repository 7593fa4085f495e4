import { requireNumber } from "../errors.js";
import { log } from "../math/elementary.js";
import { normalDensity, normalTail } from "../math/normal.js";
import { findMaximum } from "../math/roots.js";

/** Capacity for sparse patterns. */
export interface SparseCapacity {
  /** alpha_c = p / n, at the best threshold. */
  readonly load: number;
  /** The best threshold theta of a net without self-coupling, in the units of the rule below. */
  readonly threshold: number;
  /** m = P(on | on) - P(on | off) of the retrieved state. */
  readonly overlap: number;
  /** Fraction of units that are on in the retrieved state. */
  readonly activity: number;
}

/**
 * Capacity of the covariance rule for binary units, J_ij = sum_mu (xi_i - a)(xi_j - a) / (n a (1 - a)), v_i on where
 * sum_j J_ij v_j > theta, with patterns of activity a, at zero temperature, replica symmetric (Tsodyks and Feigelman, The
 * enhanced storage capacity in neural networks with low activity level, 1988):
 *
 *   m = H(x1) - H(x0),  x1 = (theta' - (1 - a) m) / sigma,  x0 = (theta' + a m) / sigma,
 *   q = a H(x1) + (1 - a) H(x0),  C = (a phi(x1) + (1 - a) phi(x0)) / sigma,  sigma^2 = alpha q / (1 - C)^2,
 *
 * with H the normal tail and theta' = theta - alpha C / (2 (1 - C)), half the feedback of a unit through the others. x1
 * and x0 determine all quantities, and alpha is maximised over both. As a goes to zero alpha_c slowly approaches
 * `sparseLimit(a)`: the corrections are of order log |log a| / |log a|.
 *
 * @param activity a, from 1e-9 to 1/2
 */
export function sparseCapacity(activity: number): SparseCapacity {
  requireNumber("activity", activity, 1e-9, 0.5);
  const bestGiven = (x0: number) => findMaximum((x1) => sparseState(x1, x0, activity).load, -8, x0 - 1e-3);
  const { at: x0 } = findMaximum((x) => bestGiven(x).value, 0.05, 12);
  return sparseState(bestGiven(x0).at, x0, activity);
}

/** 1 / (2 a |log a|), the capacity as a goes to zero (Tsodyks and Feigelman 1988). */
export function sparseLimit(activity: number): number {
  requireNumber("activity", activity, Number.MIN_VALUE, 0.5);
  return -1 / (2 * activity * log(activity));
}

/** The state with given x1 < x0; for C >= 1 there is none, and the load is negative. */
function sparseState(x1: number, x0: number, a: number): SparseCapacity {
  const overlap = normalTail(x1) - normalTail(x0);
  const sigma = overlap / (x0 - x1);
  const C = (a * normalDensity(x1) + (1 - a) * normalDensity(x0)) / sigma;
  const activity = a * normalTail(x1) + (1 - a) * normalTail(x0);
  const root = sigma * (1 - C);
  const load = (root * Math.abs(root)) / activity;
  return { load, threshold: sigma * x0 - a * overlap + (load * C) / (2 * (1 - C)), overlap, activity };
}
