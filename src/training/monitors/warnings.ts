import type { FreeEnergyGap } from "./free-energy-gap.js";

/** A reconstruction error this many times the best one is that of a machine that diverges. */
const DIVERGED = 2;
/** A gap of so many standard errors is none of chance. */
const CERTAIN = 5;
/** How many numbers of units a sentence names. */
const NAMED = 5;

/**
 * One sentence where the squared reconstruction error tells of divergence: it is no number, or more than twice the best so far.
 *
 * @param best the least error of earlier epochs
 */
export function divergenceWarning(error: number, best: number): string | undefined {
  if (Number.isFinite(error) && error <= DIVERGED * best) return undefined;
  const rise = `the squared reconstruction error is ${short(error)} after ${short(best)}`;
  return `training diverges: ${rise}; lower the learning rate to a tenth and resume from an earlier checkpoint`;
}

/**
 * One sentence where hidden units are dead.
 *
 * @param dead their numbers
 * @param total how many hidden units there are
 */
export function deadUnitsWarning(dead: readonly number[], total: number): string | undefined {
  if (dead.length === 0) return undefined;
  const names = dead.slice(0, NAMED).join(", ") + (dead.length > NAMED ? ", ..." : "");
  const remedy = "lower the learning rate, start with smaller weights and biases, or set a sparsity target";
  return `${dead.length} of ${total} hidden units (${names}) are the same whatever the data: ${remedy}`;
}

/** One sentence where held-out rows have more free energy than training rows by more than five standard errors. */
export function overfittingWarning({ gap, standardError }: FreeEnergyGap): string | undefined {
  if (!(gap > CERTAIN * standardError)) return undefined;
  const size = `the free energy of held-out rows is ${short(gap)} +- ${short(standardError)} above that of training rows`;
  return `the machine overfits: ${size}; stop while the gap is small, or use weight decay, fewer hidden units or more data`;
}

function short(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : String(value);
}
