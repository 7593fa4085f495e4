import type { LearningRule } from "../../learning/index.js";
import { bitMatrix, popcount, spinAt } from "../../math/bits.js";
import type { PatternSet } from "../../patterns/index.js";
import type { HopfieldNet } from "./net.js";

/** What a memory is and how well it holds what it stores. */
export interface Inspection {
  readonly units: number;
  readonly patterns: number;
  /** alpha = p / n */
  readonly load: number;
  /** The load past which the rule stops holding random patterns, at this many units and this activity. */
  readonly capacity: number;
  readonly rule: string;
  readonly selfCoupling: boolean;
  /** How many stored patterns are fixed points: all their units have kappa >= 0. */
  readonly fixedPoints: number;
  /** One value a pattern: min over i of kappa_i = xi_i h_i, h = W xi - theta. */
  readonly stabilities: readonly number[];
  /** The smallest of the stabilities; absent where nothing is stored. */
  readonly minStability?: number;
  /** Why recall may fail; absent where nothing speaks against it. */
  readonly warning?: string;
}

/** The share of units that are +1 in all of the patterns together; 1/2, as in random ones, where there are none. */
export function activityOf(patterns: PatternSet | undefined): number {
  if (patterns === undefined) return 0.5;
  const on = patterns.bits.words.reduce((sum, word) => sum + popcount(word), 0);
  return on / (patterns.count * patterns.units);
}

/** The warning for a memory of p patterns, `lost` of them no fixed points, whose rule holds p/n up to `capacity`. */
export function warningFor(
  rule: LearningRule,
  units: number,
  patterns: number,
  capacity: number,
  lost: number,
): string | undefined {
  const { source } = rule.capacity;
  const load = patterns / units;
  const remedy = rule.name === "projection" ? "store fewer patterns" : 'store fewer, or use the rule "projection"';
  if (lost > 0 && load <= capacity) {
    return `${lost} of ${patterns} stored patterns are no fixed points: they resemble each other too much for ${rule.name}; ${remedy}`;
  }
  if (load > capacity) {
    const past = `the load ${load.toPrecision(3)} is past the ${Number(capacity.toPrecision(3))} that ${rule.name} holds (${source})`;
    return `${past}${lost > 0 ? `, and ${lost} of ${patterns} stored patterns are no fixed points` : ""}; ${remedy}`;
  }
  return undefined;
}

/** Patterns whose fields are worked out in one go: bounds the memory that an inspection takes. */
const CHUNK = 64;

/** min over i of kappa_i = xi_i h_i, h = W xi - theta, for every pattern. */
export function stabilitiesOf(net: HopfieldNet, { bits }: PatternSet): number[] {
  const kappas: number[] = [];
  for (let first = 0; first < bits.rows; first += CHUNK) {
    const rows = Math.min(CHUNK, bits.rows - first);
    const words = bits.words.subarray(first * bits.stride, (first + rows) * bits.stride);
    const states = bitMatrix(rows, bits.columns, words);
    const fields = net.fields(states);
    for (let r = 0; r < rows; r++) {
      let kappa = Number.POSITIVE_INFINITY;
      for (let i = 0; i < net.units; i++) kappa = Math.min(kappa, spinAt(states, r, i) * fields[r * net.units + i]);
      kappas.push(kappa);
    }
  }
  return kappas;
}
