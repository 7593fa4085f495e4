import { DataError, ShapeError } from "../errors.js";
import type { Units } from "../units/index.js";

/**
 * Inputs to a layer, one per value, for which its distribution is uniform if its energy is a sum of biases. Inputs to
 * real-valued units, which have no uniform distribution, are zero.
 */
export function uniformInputs(units: Units): Float64Array {
  const { bias } = units.named;
  return bias === undefined ? new Float64Array(units.width) : bias.map((b) => (b === 0 ? 0 : -b));
}

/** Weight of the uniform means in the means of the base-rate model. */
const SMOOTHING = 0.01;

/**
 * Inputs a to a layer for which its means are nearly the given ones: the base-rate model p(x) ~ exp(beta (a . x - E(x))), in
 * which the units are independent (Salakhutdinov and Murray, On the quantitative analysis of deep belief networks, 2008). The
 * means are smoothed by 1 % towards those of uniform states, or of real units without inputs, so that inputs are finite for
 * values that are constant in the data.
 *
 * @param means of the data, one per value of a row
 * @throws ShapeError for another number of means, DataError for a mean that the units cannot have
 */
export function baseRateInputs(units: Units, means: ArrayLike<number>, beta = 1): Float64Array {
  const { width } = units;
  if (means.length !== width) throw new ShapeError(`means has ${means.length} values but the layer has ${width}`);
  const wanted = units.mean(uniformInputs(units), beta, new Float64Array(width));
  for (let i = 0; i < width; i++) wanted[i] = SMOOTHING * wanted[i] + (1 - SMOOTHING) * means[i];
  const inputs =
    units.named.bias === undefined ? inputsByBisection(units, wanted, beta) : missingBiases(units, wanted, beta);
  const bad = inputs.findIndex((input) => !Number.isFinite(input));
  if (bad < 0) return inputs;
  throw new DataError(`means[${bad}] is ${means[bad]}; expected a mean that a ${units.type} unit can have`);
}

/** The biases that give the means at the inverse temperature beta, fitted biases / beta, minus the present ones. */
function missingBiases(units: Units, means: Float64Array, beta: number): Float64Array {
  const fitted = units.copy();
  fitted.fitTo({ rows: 1, means, variances: new Float64Array(means.length) }, 0);
  return fitted.parameters.map((bias, i) => bias / beta - units.parameters[i]);
}

/** Inputs to units of one value, whose mean rises with their own input. */
function inputsByBisection(units: Units, means: Float64Array, beta: number): Float64Array {
  const inputs = new Float64Array(units.width);
  const reached = new Float64Array(units.width);
  const low = means.map(() => -1);
  const high = means.map(() => 1);
  spread(units, beta, low, (i, mean) => mean <= means[i]);
  spread(units, beta, high, (i, mean) => mean >= means[i]);
  for (let halving = 0; halving < 60; halving++) {
    for (let i = 0; i < inputs.length; i++) inputs[i] = (low[i] + high[i]) / 2;
    units.mean(inputs, beta, reached);
    for (let i = 0; i < inputs.length; i++) (reached[i] < means[i] ? low : high)[i] = inputs[i];
  }
  return inputs;
}

/** Doubles each input until its mean is beyond the wanted one; infinite if that mean cannot be reached. */
function spread(
  units: Units,
  beta: number,
  inputs: Float64Array,
  isBeyond: (i: number, mean: number) => boolean,
): void {
  const means = new Float64Array(units.width);
  for (let found = false; !found; ) {
    units.mean(inputs, beta, means);
    found = true;
    for (let i = 0; i < inputs.length; i++) {
      if (isBeyond(i, means[i]) || !Number.isFinite(inputs[i])) continue;
      inputs[i] *= 2;
      found = false;
    }
  }
}
