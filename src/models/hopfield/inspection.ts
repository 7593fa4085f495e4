import type { LearningRule } from "../../learning/index.js";

/** What a memory is and how well it holds what it stores. */
export interface Inspection {
  readonly units: number;
  readonly patterns: number;
  /** alpha = p / n */
  readonly load: number;
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

/** The warning for a memory of p patterns, `lost` of them no fixed points. */
export function warningFor(rule: LearningRule, units: number, patterns: number, lost: number): string | undefined {
  const { load: capacity, source } = rule.capacity;
  const load = patterns / units;
  const remedy = rule.name === "projection" ? "store fewer patterns" : 'store fewer, or use the rule "projection"';
  if (lost > 0 && load <= capacity) {
    return `${lost} of ${patterns} stored patterns are no fixed points: they resemble each other too much for ${rule.name}; ${remedy}`;
  }
  if (load > capacity) {
    const past = `the load ${load.toPrecision(3)} is past the ${capacity} that ${rule.name} holds (${source})`;
    return `${past}${lost > 0 ? `, and ${lost} of ${patterns} stored patterns are no fixed points` : ""}; ${remedy}`;
  }
  return undefined;
}
