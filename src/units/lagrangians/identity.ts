import { lagrangian } from "./lagrangian.js";

/** L(x) = sum_i x_i^2 / 2: the activation is x itself. */
export const identity = lagrangian({
  name: "identity",
  summary: "sum of squares over two; the activation is the input itself",
  reference: "Krotov and Hopfield 2020, model B",
  options: {},
  create: () => ({
    value: (x) => x.reduce((sum, value) => sum + value * value, 0) / 2,
    activate: (x, out) => out.set(x),
  }),
});
