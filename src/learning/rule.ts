import type { Couplings } from "../couplings/index.js";
import type { Kernels } from "../kernels/index.js";
import type { PatternSet } from "../patterns/index.js";

/** What a rule makes of patterns. */
export interface Learned {
  readonly couplings: Couplings;
  /** theta, where the rule learns thresholds too. */
  readonly thresholds?: Float64Array;
}

/** A one-shot learning rule: patterns to couplings. A rule is a value; a new rule is one new file. */
export interface LearningRule {
  readonly name: string;
  /** Whether a unit couples to itself. */
  readonly selfCoupling: boolean;
  /** The load p/n past which the rule stops holding random patterns as a memory, and who says so. */
  readonly capacity: { readonly load: number; readonly source: string };
  /**
   * Learns all of `patterns`. `previous`, where given, is what this rule learned from the first patterns of the set: a
   * rule may go on from it, and must give what it would give without it.
   *
   * @throws DataError where the rule cannot hold the patterns, before anything changes
   */
  learn(patterns: PatternSet, kernels: Kernels, previous?: Learned): Learned;
}

/** Choices that every rule offers. */
export interface RuleOptions {
  /** Whether a unit couples to itself. */
  readonly selfCoupling?: boolean | undefined;
}
