import { ArgumentError, requireInteger, requireNumber } from "../../errors.js";
import { type Matrix, matrix, product, transpose } from "../../math/matrix.js";
import { singularValues } from "../../math/svd.js";
import { type AssociationRule, requireLearningConstant, requirePairs, residualOf } from "./association.js";

/** Choices of gradient descent. */
export interface GradientDescentOptions {
  /** gamma, from 0 to 2 / lambda_1 (both exclusive); the default is 1 / lambda_1, which works for any inputs. */
  readonly learningConstant?: number | undefined;
  /** It ends when the gradient X^T (Y - XW) is this part of its first value, in the Frobenius norm. */
  readonly tolerance?: number | undefined;
  readonly maxIterations?: number | undefined;
}

/**
 * Gradient descent on ||X W - Y||^2 / 2, which is what back-propagation does in a network without hidden units and with
 * linear outputs: W <- W + gamma X^T (Y - X W), from W = 0 (Rojas, Neural Networks, 1996, section 12.4).
 *
 * With lambda_1 the largest eigenvalue of X^T X, it converges for 0 < gamma < 2 / lambda_1 and for no larger gamma. No
 * step leaves the span of the inputs, so the limit is the smallest of the minimisers, X^+ Y: the pseudoinverse. The error
 * along an eigenvector with eigenvalue lambda shrinks by 1 - gamma lambda a step: inputs that are almost dependent take
 * long, and `converged` says whether the steps were enough.
 */
export function gradientDescent({
  learningConstant,
  tolerance = 1e-12,
  maxIterations = 10_000,
}: GradientDescentOptions = {}): AssociationRule {
  if (learningConstant !== undefined) requireLearningConstant(learningConstant);
  requireNumber("tolerance", tolerance, 0, 1);
  requireInteger("maxIterations", maxIterations, 1);
  return {
    name: "gradient descent",
    learn(inputs, outputs) {
      requirePairs(inputs, outputs);
      const gamma = stepFor(inputs, learningConstant);
      const weights = matrix(inputs.columns, outputs.columns);
      const turned = transpose(inputs);
      let slope = gradient(turned, inputs, weights, outputs);
      const first = norm(slope);
      let iterations = 0;
      while (norm(slope) > tolerance * first && iterations < maxIterations) {
        for (let k = 0; k < slope.length; k++) weights.values[k] += gamma * slope[k];
        slope = gradient(turned, inputs, weights, outputs);
        iterations++;
      }
      const converged = norm(slope) <= tolerance * first;
      const reached = (norm(slope) / first).toPrecision(3);
      const warning = `${iterations} iterations brought the gradient to ${reached} of its first value, not to ${tolerance}; raise maxIterations, or use the pseudoinverse`;
      return {
        weights,
        residual: residualOf(inputs, weights, outputs),
        iterations,
        converged,
        learningConstant: gamma,
        ...(converged ? {} : { warning }),
      };
    },
  };
}

/** gamma as it was given, held against its bound, or 1 / lambda_1. */
function stepFor(inputs: Matrix, given: number | undefined): number {
  const largest = singularValues(inputs).values[0] ** 2;
  if (given !== undefined && !(given * largest < 2)) {
    const bound = (2 / largest).toPrecision(6);
    throw new ArgumentError(
      `learningConstant is ${given}; expected less than 2 / lambda_1 = ${bound}, from which on descent on these inputs diverges`,
    );
  }
  return given ?? (largest > 0 ? 1 / largest : 1);
}

/** X^T (Y - X W) */
function gradient(turned: Matrix, inputs: Matrix, weights: Matrix, outputs: Matrix): Float64Array {
  const error = product(inputs, weights);
  for (let k = 0; k < error.values.length; k++) error.values[k] = outputs.values[k] - error.values[k];
  return product(turned, error).values;
}

function norm(values: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k] * values[k];
  return Math.sqrt(sum);
}
