import { maker } from "../../options.js";
import { type LearnedArray, type Steps, stepwiseAscent, zerosLike } from "./optimiser.js";

/**
 * RMSProp (Tieleman and Hinton, Lecture 6.5, Neural networks for machine learning, Coursera, 2012, as ascent): the gradient g
 * of each number x is divided by a running root mean square of itself,
 *
 *     v <- decay v + (1 - decay) g^2,   x <- x + rate g / (sqrt(v) + epsilon).
 *
 * The mean starts at 0, so the first steps are the largest: up to rate / sqrt(1 - decay). PyTorch's RMSprop has the same
 * equation, with 0.99 for `decay`, which it calls alpha.
 */
export const rmsprop = maker("optimiser", {
  name: "rmsprop",
  summary: "steps scaled by a running root mean square of each gradient",
  reference: "Tieleman and Hinton 2012",
  options: {
    decay: {
      type: "number",
      low: 0,
      below: 1,
      default: 0.9,
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
  create: ({ decay, epsilon }) => ({
    start<Values extends Float32Array | Float64Array>(learned: LearnedArray<Values>): Steps<Values> {
      const [square, change] = [zerosLike(learned), zerosLike(learned)];
      return {
        state: new Map([["square", square]]),
        change,
        step: (options) => {
          stepwiseAscent(learned, change, options, (k, g) => {
            square[k] = decay * square[k] + (1 - decay) * g * g;
            return (options.rate * g) / (Math.sqrt(square[k]) + epsilon);
          });
        },
      };
    },
  }),
});
