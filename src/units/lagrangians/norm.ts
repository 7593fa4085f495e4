import { norm as lengthOf } from "../../math/vector.js";
import { lagrangian } from "./lagrangian.js";

/** L(x) = |x|, the length of x: the activation is x / |x|, and 0 at x = 0. */
export const norm = lagrangian({
  name: "norm",
  summary: "the length of the input; the activation is its direction",
  reference: "Krotov and Hopfield 2020, model C",
  options: {},
  create: () => ({
    value: lengthOf,
    activate(x, out) {
      const length = lengthOf(x);
      for (let i = 0; i < x.length; i++) out[i] = length === 0 ? 0 : x[i] / length;
    },
  }),
});
