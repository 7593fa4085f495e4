import { exp } from "../../math/elementary.js";
import { maker } from "../../options.js";
import { valueAt } from "../schedules/index.js";
import { type LearnedArray, type StepOptions, type Steps, zerosLike } from "./optimiser.js";

/**
 * Gradient ascent with momentum (Polyak, Some methods of speeding up the convergence of iteration methods, 1964; Hinton, A
 * practical guide to training restricted Boltzmann machines, 2012, section 9): with the gradient g of the numbers x,
 *
 *     step <- momentum step + rate (g - l2 x - l1 sgn(x)),   x <- x + step.
 *
 * With momentum 0, the default, it is plain gradient ascent. In single precision the step is one operation of the workspace.
 */
export const momentum = maker("optimiser", {
  name: "momentum",
  summary: "gradient ascent with momentum",
  reference: "Polyak 1964; Hinton 2012",
  options: {
    momentum: { type: "number", low: 0, below: 1, scheduled: true, default: 0, help: "momentum coefficient" },
  },
  create: ({ momentum: coefficient }) => ({
    start<Values extends Float32Array | Float64Array>(learned: LearnedArray<Values>): Steps<Values> {
      const change = zerosLike(learned);
      return {
        state: new Map([["velocity", change]]),
        change,
        step: (options) => {
          ascend(learned, change, valueAt(coefficient, options.epochs), options);
        },
      };
    },
  }),
});

function ascend(
  learned: LearnedArray<Float32Array | Float64Array>,
  velocity: Float32Array | Float64Array,
  coefficient: number,
  { rate, l1 = 0, l2 = 0 }: StepOptions,
): void {
  const { values, workspace, products, positive = false } = learned;
  if (values instanceof Float32Array && workspace !== undefined) {
    const step = { values, velocity: velocity as Float32Array, rate, momentum: coefficient, l1, l2 };
    if (products === undefined) workspace.ascend({ ...step, gradient: learned.gradient as Float32Array });
    else workspace.ascendProducts({ ...step, ...products });
    return;
  }
  const { gradient } = learned;
  const decays = l1 !== 0 || l2 !== 0;
  for (let k = 0; k < values.length; k++) {
    // The order matters: the bits of the results depend on it.
    if (positive) {
      velocity[k] = coefficient * velocity[k] + rate * values[k] * gradient[k];
      values[k] *= exp(velocity[k]);
      continue;
    }
    const own = decays ? gradient[k] - l2 * values[k] - l1 * Math.sign(values[k]) : gradient[k];
    velocity[k] = coefficient * velocity[k] + rate * own;
    values[k] += velocity[k];
  }
}
