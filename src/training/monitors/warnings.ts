import type { Warning } from "../../warnings.js";
import type { FreeEnergyGap } from "./free-energy-gap.js";

/** A reconstruction error this many times the best one indicates divergence. */
const DIVERGED = 2;
/** A gap of this number of standard errors is significant. */
const CERTAIN = 5;

/**
 * A warning if the squared reconstruction error indicates divergence: it is NaN, or more than twice the best so far.
 *
 * @param best the least error of earlier epochs
 */
export function divergenceWarning(error: number, best: number): Warning | undefined {
  return Number.isFinite(error) && error <= DIVERGED * best ? undefined : { code: "divergence", error, best };
}

/**
 * A warning if hidden units are dead.
 *
 * @param dead their indices
 * @param hidden number of hidden units
 */
export function deadUnitsWarning(dead: readonly number[], hidden: number): Warning | undefined {
  return dead.length === 0 ? undefined : { code: "dead-units", dead, hidden };
}

/** A warning if the free energy of held-out rows exceeds that of training rows by more than five standard errors. */
export function overfittingWarning({ gap, standardError }: FreeEnergyGap): Warning | undefined {
  return gap > CERTAIN * standardError ? { code: "overfitting", gap, standardError } : undefined;
}
