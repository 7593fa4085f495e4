import { ArgumentError } from "../errors.js";
import type { Couplings } from "../interactions/index.js";
import type { Kernels } from "../kernels/index.js";
import type { PatternSet } from "../patterns/index.js";

/** What a rule makes of patterns. */
export interface Learned {
  readonly couplings: Couplings;
  /** theta, where the rule learns thresholds too. */
  readonly thresholds?: Float64Array;
}

/** How many random patterns a rule holds, and who says so. */
export interface Capacity {
  /**
   * The load p/n past which the rule stops holding random patterns of `units` units, of which the share `activity` is +1
   * (1/2 for unbiased patterns), as a memory. A palimpsest holds the last `load * units` patterns and forgets the others.
   */
  load(units: number, activity: number): number;
  readonly source: string;
}

/** What options of rules may be. */
export type RuleOption = number | boolean | string;

/** A learning rule: patterns to couplings. A rule is a value; a new rule is one new file. */
export interface LearningRule {
  readonly name: string;
  /** All choices of this rule, by which `ruleByName` makes the same rule again. */
  readonly options: Readonly<Record<string, RuleOption>>;
  /** Whether a unit couples to itself. */
  readonly selfCoupling: boolean;
  readonly capacity: Capacity;
  /**
   * Learns all of `patterns`. `previous`, where given, is what this rule learned from the first patterns of the set: a
   * rule may go on from it, and must give what it would give without it, to the last bit.
   *
   * @throws DataError where the rule cannot hold the patterns, before anything changes
   */
  learn(patterns: PatternSet, kernels: Kernels, previous?: Learned): Learned;
}

/** The choice that every rule offers which does not exclude one of the two. */
export interface RuleOptions {
  /** Whether a unit couples to itself. */
  readonly selfCoupling?: boolean | undefined;
}

/** Throws unless `value` is true or false. */
export function requireBoolean(name: string, value: unknown): void {
  if (typeof value !== "boolean") {
    throw new ArgumentError(`${name} is ${JSON.stringify(value)}; expected true or false`);
  }
}
