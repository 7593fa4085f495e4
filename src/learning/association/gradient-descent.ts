import { ArgumentError } from "../../errors.js";
import { square } from "../../math/elementary.js";
import { type Matrix, matrix, product, transpose } from "../../math/matrix.js";
import { singularValues } from "../../math/svd.js";
import { associationRule, requirePairs, residualOf } from "./association.js";

/**
 * Gradient descent on ||X W - Y||^2 / 2, which is what back-propagation does in a network without hidden units and with
 * linear outputs: W <- W + gamma X^T (Y - X W), from W = 0 (Rojas, Neural Networks, 1996, section 12.4).
 *
 * With lambda_1 the largest eigenvalue of X^T X, it converges for 0 < gamma < 2 / lambda_1 and for no larger gamma. No
 * step leaves the span of the inputs, so the limit is the smallest of the minimisers, X^+ Y: the pseudoinverse. The
 * error along an eigenvector with eigenvalue lambda shrinks by the factor 1 - gamma lambda per step: inputs that are
 * almost dependent take long, and `converged` says whether the steps were enough.
 */
export const gradientDescent = associationRule({
  name: "gradient-descent",
  summary: "least squares by gradient descent, as in back-propagation without hidden units",
  reference: "Rojas 1996, section 12.4",
  options: {
    learningConstant: {
      type: "number",
      above: 0,
      high: Number.MAX_VALUE,
      optional: true,
      help: "gamma, below 2 / lambda_1; defaults to 1 / lambda_1",
    },
    tolerance: {
      type: "number",
      low: 0,
      high: 1,
      default: 1e-12,
      help: "converged when the norm of the gradient is this fraction of its first value",
    },
    maxIterations: { type: "integer", low: 1, default: 10_000, help: "maximum number of iterations" },
  },
  create: ({ learningConstant, tolerance, maxIterations }) => ({
    remedy: "pseudoinverse",
    learn(inputs, outputs) {
      requirePairs(inputs, outputs);
      const gamma = stepFor(inputs, learningConstant);
      const weights = matrix(inputs.columns, outputs.columns);
      const transposed = transpose(inputs);
      let slope = gradient(transposed, inputs, weights, outputs);
      const first = norm(slope);
      let iterations = 0;
      while (norm(slope) > tolerance * first && iterations < maxIterations) {
        for (let k = 0; k < slope.length; k++) weights.values[k] += gamma * slope[k];
        slope = gradient(transposed, inputs, weights, outputs);
        iterations++;
      }
      const converged = norm(slope) <= tolerance * first;
      const reached = norm(slope) / first;
      return {
        weights,
        residual: residualOf(inputs, weights, outputs),
        iterations,
        converged,
        learningConstant: gamma,
        ...(converged ? {} : { warning: { code: "not-converged", iterations, reached, tolerance } }),
      };
    },
  }),
});

/** Options of gradient descent. */
export type GradientDescentOptions = NonNullable<Parameters<typeof gradientDescent>[0]>;

/** The given gamma, checked against its bound; 1 / lambda_1 if it is omitted. */
function stepFor(inputs: Matrix, given: number | undefined): number {
  const largest = square(singularValues(inputs).values[0]);
  if (given !== undefined && !(given * largest < 2)) {
    const bound = (2 / largest).toPrecision(6);
    throw new ArgumentError(
      `learningConstant is ${given}; expected less than 2 / lambda_1 = ${bound}, where descent on these inputs diverges`,
    );
  }
  return given ?? (largest > 0 ? 1 / largest : 1);
}

/** X^T (Y - X W) */
function gradient(transposed: Matrix, inputs: Matrix, weights: Matrix, outputs: Matrix): Float64Array {
  const error = product(inputs, weights);
  for (let k = 0; k < error.values.length; k++) error.values[k] = outputs.values[k] - error.values[k];
  return product(transposed, error).values;
}

function norm(values: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k] * values[k];
  return Math.sqrt(sum);
}
