import { product, transpose } from "../../math/matrix.js";
import { type AssociationRule, requireLearningConstant, requirePairs, residualOf } from "./association.js";

/**
 * Hebb's rule for pairs, the correlation matrix W = gamma X^T Y with the learning constant gamma > 0 (Rojas, Neural
 * Networks, 1996, section 12.2; Kohonen, Correlation matrix memories, 1972).
 *
 * Where the inputs are orthogonal, x_mu W = gamma |x_mu|^2 y_mu; elsewhere the other pairs talk in, with
 * gamma sum_(nu != mu) (x_mu . x_nu) y_nu. The sign of the excitation does not depend on gamma.
 */
export function correlation({ learningConstant = 1 }: { readonly learningConstant?: number } = {}): AssociationRule {
  requireLearningConstant(learningConstant);
  return {
    name: "correlation",
    learn(inputs, outputs) {
      requirePairs(inputs, outputs);
      const weights = product(transpose(inputs), outputs);
      for (let k = 0; k < weights.values.length; k++) weights.values[k] *= learningConstant;
      return { weights, residual: residualOf(inputs, weights, outputs), learningConstant };
    },
  };
}
