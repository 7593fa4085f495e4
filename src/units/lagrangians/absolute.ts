import { tanh } from "../../math/elementary.js";
import { logTwoCosh } from "../../math/log-sum-exp.js";
import { lagrangian } from "./lagrangian.js";

/**
 * L(x) = sum_i log(2 cosh(beta x_i)) / beta, whose activation is tanh(beta x_i). For large beta it is sum |x_i| with the activation
 * sgn(x_i), which has no energy that could be differentiated.
 */
export const absolute = lagrangian({
  name: "absolute",
  summary: "smooth absolute values; the activation is tanh(beta x)",
  reference: "Krotov and Hopfield 2020, model A",
  options: { beta: { type: "number", above: 0, high: 1e6, default: 1, help: "beta of tanh(beta x)" } },
  create: ({ beta }) => ({
    value: (x) => x.reduce((sum, value) => sum + logTwoCosh(beta * value), 0) / beta,
    activate(x, out) {
      for (let i = 0; i < x.length; i++) out[i] = tanh(beta * x[i]);
    },
  }),
});
