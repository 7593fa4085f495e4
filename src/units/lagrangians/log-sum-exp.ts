import { exp } from "../../math/elementary.js";
import { logSumExp as logSumExpOf } from "../../math/log-sum-exp.js";
import { lagrangian } from "./lagrangian.js";

/** L(x) = log(sum_i exp(beta x_i)) / beta, whose activation is softmax(beta x). */
export const logSumExp = lagrangian({
  name: "log-sum-exp",
  summary: "logarithm of a sum of exponentials; the activation is softmax",
  reference: "Krotov and Hopfield 2020, model B",
  options: { beta: { type: "number", above: 0, high: 1e6, default: 1, help: "beta of softmax(beta x)" } },
  create: ({ beta }) => ({
    value: (x) => logSumExpOf(x.map((value) => beta * value)) / beta,
    activate(x, out) {
      const most = x.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      let sum = 0;
      for (let i = 0; i < x.length; i++) {
        out[i] = exp(beta * (x[i] - most));
        sum += out[i];
      }
      for (let i = 0; i < x.length; i++) out[i] /= sum;
    },
  }),
});
