import type { AdamStep } from "../../kernels/index.js";
import { maker } from "../../options.js";
import { type LearnedArray, type Steps, stepwiseAscent, zerosLike } from "./optimiser.js";

type FloatArrays = Pick<AdamStep, "values" | "gradient" | "mean" | "square" | "change">;

/**
 * Adam (Kingma and Ba, Adam: a method for stochastic optimization, 2015, algorithm 1, as ascent): with the gradient g of the
 * numbers x in step t = 1, 2, ...,
 *
 *     m <- beta1 m + (1 - beta1) g,   v <- beta2 v + (1 - beta2) g^2,
 *     x <- x + rate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon).
 *
 * A step is at most about as large as the rate, whatever the scale of the gradient: rates are smaller than those of momentum,
 * 0.001 in the paper. Weight decay is part of the gradient (L2, not the decoupled decay of AdamW). Known as `adam` in PyTorch,
 * JAX and Keras, with the same defaults.
 */
export const adam = maker("optimiser", {
  name: "adam",
  summary: "steps scaled by running moments of each gradient",
  reference: "Kingma and Ba 2015",
  options: {
    beta1: { type: "number", low: 0, below: 1, default: 0.9, help: "decay of the running mean of the gradient" },
    beta2: {
      type: "number",
      low: 0,
      below: 1,
      default: 0.999,
      help: "decay of the running mean of the squared gradient",
    },
    epsilon: {
      type: "number",
      above: 0,
      high: Number.MAX_VALUE,
      default: 1e-8,
      help: "added to the root mean square of the gradient",
    },
  },
  create: ({ beta1, beta2, epsilon }) => ({
    start<Values extends Float32Array | Float64Array>(learned: LearnedArray<Values>): Steps<Values> {
      const [first, second, change] = [zerosLike(learned), zerosLike(learned), zerosLike(learned)];
      // beta1^t and beta2^t are products: the last digits of powers differ between engines.
      const powers = Float64Array.of(1, 1);
      return {
        state: new Map<string, Float32Array | Float64Array>([
          ["mean", first],
          ["square", second],
          ["powers", powers],
        ]),
        change,
        step: (options) => {
          powers[0] *= beta1;
          powers[1] *= beta2;
          const [one, two] = [1 - powers[0], 1 - powers[1]];
          const { values, gradient, workspace } = learned;
          if (workspace !== undefined && values instanceof Float32Array) {
            const arrays = { values, gradient, mean: first, square: second, change } as FloatArrays;
            const { rate, l1 = 0, l2 = 0 } = options;
            workspace.adam({ ...arrays, rate, beta1, beta2, one, two, epsilon, l1, l2 });
            return;
          }
          stepwiseAscent(learned, change, options, (k, g) => {
            first[k] = beta1 * first[k] + (1 - beta1) * g;
            second[k] = beta2 * second[k] + (1 - beta2) * g * g;
            return (options.rate * (first[k] / one)) / (Math.sqrt(second[k] / two) + epsilon);
          });
        },
      };
    },
  }),
});
