import { type Matrix, product, transpose } from "../../math/matrix.js";
import { moorePenrose } from "../../math/svd.js";
import type { Warning } from "../../warnings.js";
import { associationRule, requirePairs, residualOf } from "./association.js";

/** A residual above this fraction of ||Y||^2 is more than rounding. */
const NOTICEABLE = 2 ** -40;

/**
 * The pseudoinverse rule W = X^+ Y: of all weights those with the smallest ||X W - Y||^2, and of these the smallest
 * (Kohonen and Ruohonen, Representation of associated data by matrix operators, 1973; Rojas, Neural Networks, 1996,
 * section 12.4). Linearly independent inputs give exactly their outputs, without crosstalk. With Y = X it is the
 * orthogonal projection on the span of the inputs.
 *
 * Dependent inputs are learned too, as well as possible: `rank`, `residual` and `warning` say how well.
 */
export const pseudoinverse = associationRule({
  name: "pseudoinverse",
  summary: "least squares: independent inputs give exactly their outputs",
  reference: "Kohonen and Ruohonen 1973",
  options: {},
  create: () => ({
    learn(inputs, outputs) {
      requirePairs(inputs, outputs);
      const { inverse, rank } = moorePenrose(inputs);
      const weights = product(inverse, outputs);
      const residual = residualOf(inputs, weights, outputs);
      const warning = contradiction(inputs, outputs, rank, residual);
      return { weights, residual, rank, ...(warning === undefined ? {} : { warning }) };
    },
    /** G = (X X^T)^+, from X^+ = X^T G: G = (X^+)^T X^+. */
    middle(inputs) {
      const { inverse } = moorePenrose(inputs);
      return product(transpose(inverse), inverse).values;
    },
  }),
});

/** The warning if the inputs are dependent in a way that the outputs are not. */
function contradiction(inputs: Matrix, outputs: Matrix, rank: number, residual: number): Warning | undefined {
  const square = outputs.values.reduce((sum, y) => sum + y * y, 0);
  if (residual <= NOTICEABLE * square) return undefined;
  return { code: "contradiction", stored: inputs.rows, rank, residual };
}
