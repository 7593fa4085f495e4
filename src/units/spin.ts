import { exp, log, tanh } from "../math/elementary.js";
import { logTwoCosh, sigmoid } from "../math/log-sum-exp.js";
import type { BiasOptions } from "./binary.js";
import { requireCount, scalarUnits } from "./scalar.js";
import { asParameter, type Units } from "./units.js";

/**
 * Spin units x_i of -1 or +1, E(x) = -sum_i b_i x_i. With f = beta (b + I), Gamma = log(2 cosh f), <x> = tanh f and
 * Var x = 1 / cosh^2 f, unit by unit.
 *
 * @throws ArgumentError for a count below 1, ShapeError for biases that do not fit, DataError for one that is not finite
 */
export function spin(count: number, { bias }: BiasOptions = {}): Units {
  requireCount(count);
  return scalarUnits(count, asParameter("bias", bias, count), ["bias"], ({ bias: b }) => ({
    type: "spin",
    values: [-1, 1],
    expected: "-1 or +1 in a spin unit: threshold grey values to them, and convert 0 and 1 by 2 x - 1",
    accepts: (x) => x === -1 || x === 1,
    energy: (x, i) => -b[i] * x,
    cumulant: (input, beta, i) => logTwoCosh(beta * (b[i] + input)),
    mean: (input, beta, i) => tanh(beta * (b[i] + input)),
    variance: (input, beta, i) => {
      const e = exp(-2 * Math.abs(beta * (b[i] + input)));
      return (4 * e) / ((1 + e) * (1 + e));
    },
    draw: (input, beta, i, random) => (random.uniform() < sigmoid(2 * beta * (b[i] + input)) ? 1 : -1),
    slope: (_, mean) => mean,
    range: () => ({ low: -1, high: 1, scale: 2 }),
    // artanh m, m = p(+1) - p(-1).
    fit: (mean, _, rows, pseudocount, i) => {
      b[i] = 0.5 * log((0.5 * rows * (1 + mean) + pseudocount) / (0.5 * rows * (1 - mean) + pseudocount));
    },
    addToBiases: (input, i) => {
      b[i] += input;
    },
  }));
}
