import { multiply, subtract } from "../../tape/operations/elementwise.js";
import { logSumExp, sum } from "../../tape/operations/rows.js";
import { supervision } from "./supervision.js";

/** The sum of -log p(answer), where hops attend by softmax (Sukhbaatar et al. 2015, section 2). */
export const answers = supervision({
  name: "answers",
  summary: "answers alone; hops attend to all facts by softmax",
  reference: "Sukhbaatar et al. 2015",
  options: {},
  create: () => ({
    takesFacts: false,
    loss: ({ logits, answers: right, shares }) =>
      subtract(sum(multiply(logSumExp(logits), shares)), sum(multiply(logits, right))),
  }),
});
