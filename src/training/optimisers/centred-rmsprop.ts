import { maker } from "../../options.js";
import { type LearnedArray, type Steps, stepwiseAscent, zerosLike } from "./optimiser.js";

/**
 * The RMSProp of Graves, Generating sequences with recurrent neural networks (2013, equations 38 to 41, as ascent): the gradient
 * g of each number x is divided by a running standard deviation of itself, and steps have momentum,
 *
 *     n <- decay n + (1 - decay) g^2,   m <- decay m + (1 - decay) g,
 *     step <- momentum step + rate g / sqrt(n - m^2 + epsilon),   x <- x + step.
 *
 * The defaults are those of the source, which has the rate 0.0001.
 */
export const centredRmsprop = maker("optimiser", {
  name: "centred-rmsprop",
  summary: "steps with momentum, scaled by a running standard deviation of each gradient",
  reference: "Graves 2013",
  options: {
    decay: { type: "number", low: 0, below: 1, default: 0.95, help: "decay of the running means" },
    momentum: { type: "number", low: 0, below: 1, default: 0.9, help: "momentum coefficient" },
    epsilon: {
      type: "number",
      above: 0,
      high: Number.MAX_VALUE,
      default: 1e-4,
      help: "added to the variance of the gradient",
    },
  },
  create: ({ decay, momentum, epsilon }) => ({
    start<Values extends Float32Array | Float64Array>(learned: LearnedArray<Values>): Steps<Values> {
      const [square, mean, change] = [zerosLike(learned), zerosLike(learned), zerosLike(learned)];
      return {
        state: new Map([
          ["square", square],
          ["mean", mean],
          ["velocity", change],
        ]),
        change,
        step: (options) => {
          stepwiseAscent(learned, change, options, (k, g) => {
            square[k] = decay * square[k] + (1 - decay) * g * g;
            mean[k] = decay * mean[k] + (1 - decay) * g;
            // Rounding can leave the variance below 0.
            const variance = Math.max(square[k] - mean[k] * mean[k], 0);
            return momentum * change[k] + (options.rate * g) / Math.sqrt(variance + epsilon);
          });
        },
      };
    },
  }),
});
