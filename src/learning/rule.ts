import type { Interaction } from "../interactions/index.js";
import type { Kernels } from "../kernels/index.js";
import { type Made, type MakerOf, type Making, maker, type OptionSpecs } from "../options.js";
import type { PatternSet } from "../patterns/index.js";

/** The result of learning patterns. */
export interface Learned {
  readonly interaction: Interaction;
}

/** The number of random patterns that a rule holds, and the source. */
export interface Capacity {
  /**
   * The load p/n past which the rule stops holding random patterns of `units` units, of which the fraction `activity`
   * is +1 (1/2 for unbiased patterns), as a memory. A palimpsest holds the last `load * units` patterns and forgets the
   * others.
   */
  load(units: number, activity: number): number;
  readonly source: string;
}

/** A learning rule: patterns to an interaction. A rule is a value; a new rule is one new file. */
export interface LearningRule extends Partial<Pick<Made, "options" | "module">> {
  readonly name: string;
  /** Whether a unit couples to itself; absent for a rule without couplings. */
  readonly selfCoupling?: boolean | undefined;
  /** Absent if it is not known. */
  readonly capacity?: Capacity | undefined;
  /** Whether the patterns alone make the interaction again at no cost, so that a file need not hold more. */
  readonly relearns?: boolean | undefined;
  /** Name of a rule that holds patterns which this one loses; absent if there is none. */
  readonly remedy?: string | undefined;
  /**
   * Learns all of `patterns`. `previous`, where given, is what this rule learned from the first patterns of the set: a
   * rule may continue from it, and must give the same result as without it, to the last bit.
   *
   * @throws DataError where the rule cannot hold the patterns, before anything changes
   */
  learn(patterns: PatternSet, kernels: Kernels, previous?: Learned): Learned;
}

/** A learning rule before its maker has given it a name and options. */
type Unnamed = Omit<LearningRule, "name" | "options" | "module">;

/** Defines a rule: its name, summary, reference, options, and how it learns. */
export function learningRule<const Specs extends OptionSpecs>(making: Making<Unnamed, Specs>): MakerOf<Unnamed, Specs> {
  return maker("rule", making);
}

/** The option of the rules that work with and without self-couplings. */
export const selfCoupling = {
  type: "boolean",
  default: false,
  help: "let each unit couple to itself",
} as const;

/** The option of the rules that sweep through the patterns until all are stored. */
export const limit = {
  type: "integer",
  low: 1,
  high: 1e9,
  default: 1000,
  help: "maximum number of sweeps through all patterns",
} as const;
