import { exp, log } from "../math/elementary.js";
import { sigmoid, softplus } from "../math/log-sum-exp.js";
import { requireCount, scalarUnits } from "./scalar.js";
import { asParameter, type Units } from "./units.js";

/** Options of units that have one bias each. */
export interface BiasOptions {
  /** b, one value per unit, or one number for all; defaults to 0. */
  readonly bias?: ArrayLike<number> | number | undefined;
}

/**
 * Binary units x_i of 0 or 1, E(x) = -sum_i b_i x_i. With f = beta (b + I), Gamma = log(1 + e^f), <x> = 1 / (1 + e^-f)
 * and Var x = <x> (1 - <x>), unit by unit (Smolensky, Information processing in dynamical systems, 1986).
 *
 * @throws ArgumentError for a count below 1, ShapeError for biases that do not fit, DataError for one that is not finite
 */
export function binary(count: number, { bias }: BiasOptions = {}): Units {
  requireCount(count);
  return scalarUnits(count, asParameter("bias", bias, count), ["bias"], ({ bias: b }) => ({
    type: "binary",
    values: [0, 1],
    expected: "0 or 1 in a binary unit: threshold grey values, or draw 1 with their probability",
    accepts: (x) => x === 0 || x === 1,
    energy: (x, i) => -b[i] * x,
    cumulant: (input, beta, i) => softplus(beta * (b[i] + input)),
    mean: (input, beta, i) => sigmoid(beta * (b[i] + input)),
    variance: (input, beta, i) => {
      const e = exp(-Math.abs(beta * (b[i] + input)));
      return e / ((1 + e) * (1 + e));
    },
    draw: (input, beta, i, random) => (random.uniform() < sigmoid(beta * (b[i] + input)) ? 1 : 0),
    slope: (_, mean) => mean,
    range: () => ({ low: 0, high: 1, scale: 1 }),
    fit: (mean, _, rows, pseudocount, i) => {
      b[i] = log((rows * mean + pseudocount) / (rows * (1 - mean) + pseudocount));
    },
    addToBiases: (input, i) => {
      b[i] += input;
    },
  }));
}
