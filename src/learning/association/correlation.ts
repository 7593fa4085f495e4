import { product, transpose } from "../../math/matrix.js";
import { associationRule, requirePairs, residualOf } from "./association.js";

/**
 * Hebb's rule for pairs, the correlation matrix W = gamma X^T Y with the learning constant gamma > 0 (Rojas, Neural
 * Networks, 1996, section 12.2; Kohonen, Correlation matrix memories, 1972).
 *
 * Where the inputs are orthogonal, x_mu W = gamma |x_mu|^2 y_mu; elsewhere the crosstalk from the other pairs is added,
 * gamma sum_(nu != mu) (x_mu . x_nu) y_nu. The sign of the excitation does not depend on gamma.
 */
export const correlation = associationRule({
  name: "correlation",
  summary: "Hebb's rule for pairs: the correlation matrix; for nearly orthogonal inputs",
  reference: "Kohonen 1972",
  options: {
    learningConstant: {
      type: "number",
      above: 0,
      high: Number.MAX_VALUE,
      default: 1,
      help: "gamma, a factor of all weights",
    },
  },
  create: ({ learningConstant }) => ({
    remedy: "pseudoinverse",
    learn(inputs, outputs) {
      requirePairs(inputs, outputs);
      const weights = product(transpose(inputs), outputs);
      for (let k = 0; k < weights.values.length; k++) weights.values[k] *= learningConstant;
      return { weights, residual: residualOf(inputs, weights, outputs), learningConstant };
    },
    middle({ rows }) {
      const middle = new Float64Array(rows * rows);
      for (let mu = 0; mu < rows; mu++) middle[mu * rows + mu] = learningConstant;
      return middle;
    },
  }),
});
