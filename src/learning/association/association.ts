import { ArgumentError, ShapeError } from "../../errors.js";
import { type Matrix, product, squaredDistance } from "../../math/matrix.js";

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
  readonly warning?: string;
}

/**
 * A rule for a linear memory: pairs of real vectors to the n x k weights between them. (A `LearningRule` makes the
 * couplings of a recurrent net from patterns of spins.) A rule is a value; a new rule is one new file.
 */
export interface AssociationRule {
  readonly name: string;
  /** @throws ShapeError unless there are as many outputs as inputs; ArgumentError for a choice that X does not allow */
  learn(inputs: Matrix, outputs: Matrix): Association;
}

/** Throws unless every input has its output. */
export function requirePairs(inputs: Matrix, outputs: Matrix): void {
  if (inputs.rows !== outputs.rows) {
    throw new ShapeError(`outputs has ${outputs.rows} vectors for ${inputs.rows} inputs; give one to each input`);
  }
}

/** Throws unless the learning constant gamma is a positive number. */
export function requireLearningConstant(gamma: number): void {
  if (!(gamma > 0 && gamma < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(`learningConstant is ${gamma}; expected a finite number above 0`);
  }
}

/** ||X W - Y||^2 */
export function residualOf(inputs: Matrix, weights: Matrix, outputs: Matrix): number {
  return squaredDistance(product(inputs, weights), outputs);
}
