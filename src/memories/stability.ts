import type { Interaction } from "../interactions/index.js";
import { tie } from "../kernels/index.js";
import type { LearningRule } from "../learning/index.js";
import { bitMatrix, popcount, spinAt } from "../math/bits.js";
import type { PatternSet } from "../patterns/index.js";
import type { Warning } from "../warnings.js";

/** Stability of the stored patterns. */
export interface Stability {
  /** Number of patterns that are fixed points: all their units have kappa >= 0. */
  readonly fixedPoints: number;
  /** One value per pattern: min over i of kappa_i = xi_i h_i. */
  readonly stabilities: readonly number[];
  /** The smallest of the stabilities; absent if nothing is stored. */
  readonly minStability?: number;
}

/** Stability of the stored patterns, and whether the units feel the patterns at all. */
export interface Holding extends Stability {
  /** Whether no unit has a field, besides its threshold, in any of the patterns: the memory recalls nothing. */
  readonly isEmpty: boolean;
}

/** Number of patterns whose fields are computed at a time: bounds the memory that an inspection takes. */
const CHUNK = 64;

/** min over i of kappa_i = xi_i h_i of every pattern. */
export function holdingOf(interaction: Interaction, { bits }: PatternSet): Holding {
  const n = interaction.units;
  const thresholds = interaction.thresholds;
  let isEmpty = bits.rows > 0;
  const stabilities: number[] = [];
  const room = new Float64Array(Math.min(CHUNK, bits.rows) * n);
  for (let first = 0; first < bits.rows; first += CHUNK) {
    const rows = Math.min(CHUNK, bits.rows - first);
    const words = bits.words.subarray(first * bits.stride, (first + rows) * bits.stride);
    const states = bitMatrix(rows, bits.columns, words);
    const fields = room.subarray(0, rows * n);
    interaction.fields(states, fields);
    for (let r = 0; r < rows; r++) {
      let kappa = Number.POSITIVE_INFINITY;
      for (let i = 0; i < n; i++) {
        const field = fields[r * n + i];
        kappa = Math.min(kappa, spinAt(states, r, i) * field);
        if (Math.abs(field + (thresholds?.[i] ?? 0)) > tie) isEmpty = false;
      }
      // 0 has no sign.
      stabilities.push(kappa + 0);
    }
  }
  return {
    isEmpty,
    fixedPoints: stabilities.filter((kappa) => kappa > -tie).length,
    stabilities,
    minStability: stabilities.reduce((least, kappa) => Math.min(least, kappa), Number.POSITIVE_INFINITY),
  };
}

/** Fraction of units that are +1 in all patterns together; 1/2, as in random patterns, if there are none. */
export function activityOf(patterns: PatternSet | undefined): number {
  if (patterns === undefined) return 0.5;
  const on = patterns.bits.words.reduce((sum, word) => sum + popcount(word), 0);
  return on / (patterns.count * patterns.units);
}

/**
 * The warnings for p stored patterns of n units.
 *
 * @param unstable number of patterns that are not fixed points; undefined if they were not checked
 */
export function warningsFor(rule: LearningRule, patterns: PatternSet, unstable: number | undefined): Warning[] {
  const { units, count: stored } = patterns;
  const { name, remedy, capacity } = rule;
  const load = stored / units;
  const limit = capacity?.load(units, activityOf(patterns)) ?? Number.POSITIVE_INFINITY;
  if (capacity !== undefined && load > limit) {
    const { source } = capacity;
    const counted = unstable === undefined ? {} : { unstable };
    return [{ code: "overload", rule: name, load, capacity: limit, source, stored, remedy, ...counted }];
  }
  if (!unstable) return [];
  return [{ code: "unstable", rule: name, items: "patterns", stored, unstable, remedy }];
}
