import type { Warning } from "../../warnings.js";
import type { FreeEnergyGap } from "./free-energy-gap.js";

/** A reconstruction error this many times the best one is that of a machine that diverges. */
const DIVERGED = 2;
/** A gap of so many standard errors is not due to chance. */
const CERTAIN = 5;

/**
 * A warning where the squared reconstruction error indicates divergence: it is not a number, or more than twice the best so far.
 *
 * @param best the least error of earlier epochs
 */
export function divergenceWarning(error: number, best: number): Warning | undefined {
  return Number.isFinite(error) && error <= DIVERGED * best ? undefined : { code: "divergence", error, best };
}

/**
 * A warning where hidden units are dead.
 *
 * @param dead their numbers
 * @param hidden how many hidden units there are
 */
export function deadUnitsWarning(dead: readonly number[], hidden: number): Warning | undefined {
  return dead.length === 0 ? undefined : { code: "dead-units", dead, hidden };
}

/** A warning where held-out rows have more free energy than training rows by more than five standard errors. */
export function overfittingWarning({ gap, standardError }: FreeEnergyGap): Warning | undefined {
  return gap > CERTAIN * standardError ? { code: "overfitting", gap, standardError } : undefined;
}
