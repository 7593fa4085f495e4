import { DataError } from "../../errors.js";
import { log } from "../../math/elementary.js";
import type { Rows, Units } from "../../units/index.js";

/**
 * Inputs to a layer, one a value, for which its distribution is uniform where its energy is a sum of biases; units of real
 * values, over which nothing is uniform, are left as they are.
 */
export function uniformInputs(units: Units): Float64Array {
  const { bias } = units.named;
  return bias === undefined ? new Float64Array(units.width) : bias.map((b) => (b === 0 ? 0 : -b));
}

/** The part of the base-rate model's means that is not the data's. */
const SMOOTHING = 0.01;

/**
 * Inputs a to a layer for which its means are those of the data: the base-rate model p(x) ~ exp(beta (a . x - E(x))), in
 * which the units are independent (Salakhutdinov and Murray, On the quantitative analysis of deep belief networks, 2008). The
 * means are drawn by 1 % to those of uniform states, or of real units without inputs, so that a value that never changes
 * in the data keeps the inputs finite.
 *
 * @param rows states of the layer
 */
export function baseRateInputs(units: Units, rows: Rows, beta = 1): Float64Array {
  const means = units.mean(uniformInputs(units), beta, new Float64Array(units.width));
  const part = ((1 - SMOOTHING) * units.width) / rows.length;
  for (let i = 0; i < units.width; i++) means[i] *= SMOOTHING;
  for (let k = 0; k < rows.length; k++) means[k % units.width] += part * rows[k];
  return units.width === units.count ? inputsByBisection(units, means, beta) : inputsByRatio(units, means, beta);
}

/** One-hot units: e^(beta a) is what turns the probabilities without inputs into the wanted ones. */
function inputsByRatio(units: Units, means: Float64Array, beta: number): Float64Array {
  const free = units.mean(new Float64Array(units.width), beta, new Float64Array(units.width));
  return means.map((mean, i) => (log(mean) - log(free[i])) / beta);
}

/** Units of one value: the mean rises with the unit's own input. */
function inputsByBisection(units: Units, means: Float64Array, beta: number): Float64Array {
  const inputs = new Float64Array(units.width);
  const reached = new Float64Array(units.width);
  const low = means.map(() => -1);
  const high = means.map(() => 1);
  for (const [ends, isBeyond] of [
    [low, (i: number) => reached[i] <= means[i]],
    [high, (i: number) => reached[i] >= means[i]],
  ] as const) {
    for (let doubling = 0; ; doubling++) {
      units.mean(ends, beta, reached);
      const short = ends.findIndex((_, i) => !isBeyond(i));
      if (short < 0) break;
      if (doubling === 200)
        throw new DataError(`the mean of value ${short} of the data is ${means[short]}; scale the data`);
      for (let i = 0; i < ends.length; i++) if (!isBeyond(i)) ends[i] *= 2;
    }
  }
  for (let halving = 0; halving < 60; halving++) {
    for (let i = 0; i < inputs.length; i++) inputs[i] = (low[i] + high[i]) / 2;
    units.mean(inputs, beta, reached);
    for (let i = 0; i < inputs.length; i++) (reached[i] < means[i] ? low : high)[i] = inputs[i];
  }
  return inputs;
}
