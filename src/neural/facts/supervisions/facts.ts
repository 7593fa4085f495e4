import { add, affine, multiply, relu, subtract } from "../../tape/operations/elementwise.js";
import { sum, sumRows } from "../../tape/operations/rows.js";
import { entry } from "../../tape/operations/shape.js";
import type { Tensor } from "../../tape/tensor.js";
import { supervision } from "./supervision.js";

/**
 * Supporting facts and answers, where each hop takes one fact (Weston, Chopra and Bordes, Memory networks, 2015, equation 7):
 * the sum over the hops k, with the supporting fact m, and over all other facts f of
 *
 *     max(0, margin - s_k(m) + s_k(f)),
 *
 * and the same sum over all words but the answer. While it learns, each hop gets the fact that it should have taken.
 */
export const facts = supervision({
  name: "facts",
  summary: "supporting facts and answers; each hop takes one fact",
  reference: "Weston, Chopra and Bordes 2015",
  options: {
    margin: {
      type: "number",
      above: 0,
      high: Number.MAX_VALUE,
      default: 0.1,
      help: "by how much the right fact and the right word should score above all others",
    },
  },
  create: ({ margin }) => ({
    takesFacts: true,
    loss({ scores, logits, answers, shares, supports, others }) {
      const losses = scores.map((own, hop) =>
        violations(own, entry(supports as Tensor, hop), entry(others as Tensor, hop), margin),
      );
      // All words of a story but its answer.
      const wrong = add(affine(answers, -1), shares);
      return [...losses, violations(logits, answers, wrong, margin)].reduce((a, b) => add(a, b));
    },
  }),
});

/** The sum of max(0, margin - x_right + x_k) over the entries of rows that are wrong. */
function violations(x: Tensor, right: Tensor, wrong: Tensor, margin: number): Tensor {
  const best = sumRows(multiply(x, right));
  return sum(multiply(relu(affine(subtract(x, best), 1, margin)), wrong));
}
