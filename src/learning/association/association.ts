import { ShapeError } from "../../errors.js";
import { type Matrix, product, squaredDistance } from "../../math/matrix.js";
import { type Made, type MakerOf, type Making, maker, type OptionSpecs } from "../../options.js";
import type { Warning } from "../../warnings.js";

/** What a rule makes of p pairs (x, y), the rows of X (p x n) and of Y (p x k). */
export interface Association {
  /** W, n x k: an input x, a row, gives the excitation x W. */
  readonly weights: Matrix;
  /** ||X W - Y||^2, the sum over all pairs and outputs. */
  readonly residual: number;
  /** The rank of X, where the rule works it out. */
  readonly rank?: number;
  /** Of a rule that goes step by step: the steps, whether it came to its end, and the length of a step. */
  readonly iterations?: number;
  readonly converged?: boolean;
  readonly learningConstant?: number;
  /** Why the pairs may not be what is recalled; absent where nothing speaks against it. */
  readonly warning?: Warning;
}

/**
 * A rule for a linear memory: pairs of real vectors to the n x k weights between them. (A `LearningRule` makes the
 * couplings of a recurrent net from patterns of spins.) A rule is a value; a new rule is one new file.
 */
export interface AssociationRule extends Partial<Pick<Made, "options" | "module">> {
  readonly name: string;
  /** Name of a rule that holds pairs which this one loses; absent where there is none. */
  readonly remedy?: string | undefined;
  /** @throws ShapeError unless there are as many outputs as inputs; ArgumentError for a choice that X does not allow */
  learn(inputs: Matrix, outputs: Matrix): Association;
  /** G, p x p and symmetric, of a rule with W = X^T G Y; absent for a rule whose weights are not of this form. */
  middle?(inputs: Matrix): Float64Array;
}

/** Throws unless every input has its output. */
export function requirePairs(inputs: Matrix, outputs: Matrix): void {
  if (inputs.rows !== outputs.rows) {
    throw new ShapeError(`outputs has ${outputs.rows} vectors for ${inputs.rows} inputs; give one to each input`);
  }
}

/** An association rule before its maker has given it a name and options. */
type Unnamed = Omit<AssociationRule, "name" | "options" | "module">;

/** Makes a rule for pairs known: its name, what it is, its options, and how it learns. */
export function associationRule<const Specs extends OptionSpecs>(
  making: Making<Unnamed, Specs>,
): MakerOf<Unnamed, Specs> {
  return maker("association rule", making);
}

/** ||X W - Y||^2 */
export function residualOf(inputs: Matrix, weights: Matrix, outputs: Matrix): number {
  return squaredDistance(product(inputs, weights), outputs);
}
