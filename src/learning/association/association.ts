import { ShapeError } from "../../errors.js";
import { type Matrix, product, squaredDistance } from "../../math/matrix.js";
import { type Made, type MakerOf, type Making, maker, type OptionSpecs } from "../../options.js";
import type { Warning } from "../../warnings.js";

/** The result of learning p pairs (x, y), the rows of X (p x n) and of Y (p x k). */
export interface Association {
  /** W, n x k: an input row x gives the excitation x W. */
  readonly weights: Matrix;
  /** ||X W - Y||^2, the sum over all pairs and outputs. */
  readonly residual: number;
  /** The rank of X, if the rule computes it. */
  readonly rank?: number;
  /** Of an iterative rule: the number of steps, whether it converged, and the step size. */
  readonly iterations?: number;
  readonly converged?: boolean;
  readonly learningConstant?: number;
  /** Why the pairs may not be recalled; absent without such a reason. */
  readonly warning?: Warning;
}

/**
 * A rule for a linear memory: pairs of real vectors to the n x k weights between them. (A `LearningRule` makes the
 * couplings of a recurrent net from patterns of spins.) A rule is a value; a new rule is one new file.
 */
export interface AssociationRule extends Partial<Pick<Made, "options" | "module">> {
  readonly name: string;
  /** Name of a rule that holds pairs which this one loses; absent if there is none. */
  readonly remedy?: string | undefined;
  /**
   * @throws ShapeError unless there are as many outputs as inputs; ArgumentError for an option that X does not allow
   */
  learn(inputs: Matrix, outputs: Matrix): Association;
  /** G, p x p and symmetric, of a rule with W = X^T G Y; absent for a rule whose weights are not of this form. */
  middle?(inputs: Matrix): Float64Array;
}

/** Throws unless there are as many outputs as inputs. */
export function requirePairs(inputs: Matrix, outputs: Matrix): void {
  if (inputs.rows !== outputs.rows) {
    throw new ShapeError(`outputs has ${outputs.rows} vectors for ${inputs.rows} inputs; give one per input`);
  }
}

/** An association rule before its maker has given it a name and options. */
type Unnamed = Omit<AssociationRule, "name" | "options" | "module">;

/** Defines a rule for pairs: its name, summary, reference, options, and how it learns. */
export function associationRule<const Specs extends OptionSpecs>(
  making: Making<Unnamed, Specs>,
): MakerOf<Unnamed, Specs> {
  return maker("association rule", making);
}

/** ||X W - Y||^2 */
export function residualOf(inputs: Matrix, weights: Matrix, outputs: Matrix): number {
  return squaredDistance(product(inputs, weights), outputs);
}
