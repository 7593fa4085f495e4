import { DataError } from "../errors.js";
import { log } from "../math/elementary.js";
import { requireCount, scalarUnits } from "./scalar.js";
import { asParameter, type Units } from "./units.js";

/** Options of units whose energy is a parabola. */
export interface GaussianOptions {
  /** mu, one value per unit, or one number for all; defaults to 0. The bias of a unit is gamma mu. */
  readonly mean?: ArrayLike<number> | number | undefined;
  /** gamma, above 0, one value per unit, or one number for all; defaults to 1. */
  readonly precision?: ArrayLike<number> | number | undefined;
}

/**
 * Gaussian units, real numbers with the energy E(x) = sum_i gamma_i (x_i - mu_i)^2 / 2, that is, with the bias gamma mu.
 * Given inputs they are normal with mean mu + I / gamma and variance 1 / (beta gamma), and, unit by unit,
 *
 *     Gamma = beta I (mu + I / (2 gamma)) + log(2 pi / (beta gamma)) / 2.
 *
 * (Welling, Rosen-Zvi and Hinton, Exponential family harmoniums, 2005.)
 *
 * @throws ArgumentError for a count below 1, ShapeError for parameters that do not fit, DataError for one that is not
 *   finite or a precision that is not above 0
 */
export function gaussian(count: number, options: GaussianOptions = {}): Units {
  return scalarUnits(count, parabolas(count, options), ["mean", "precision"], ({ mean: mu, precision: gamma }) => ({
    type: "gaussian",
    values: [],
    normal: { mean: mu, precision: gamma },
    expected: "a finite number in a gaussian unit: fill gaps in the data, or leave such rows out",
    accepts: Number.isFinite,
    energy: (x, i) => parabola(x, mu[i], gamma[i]),
    cumulant: (input, beta, i) => gaussianCumulant(input, beta, mu[i], gamma[i]),
    mean: (input, _, i) => mu[i] + input / gamma[i],
    variance: (_, beta, i) => 1 / (beta * gamma[i]),
    draw: (input, beta, i, random) => mu[i] + input / gamma[i] + random.normal() / Math.sqrt(beta * gamma[i]),
    slope: (name, mean, variance, i) => parabolaSlope(name, mean, variance, mu[i], gamma[i]),
    range: (i) => ({ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, scale: 1 / Math.sqrt(gamma[i]) }),
    fit: (mean, variance, _, __, i) => {
      mu[i] = mean;
      gamma[i] = 1 / variance;
    },
    addToBiases: (input, i) => {
      mu[i] += input / gamma[i];
    },
  }));
}

/** Means, then precisions, checked. */
export function parabolas(count: number, { mean, precision }: GaussianOptions): Float64Array {
  requireCount(count);
  const precisions = asParameter("precision", precision, count, 1);
  const bad = precisions.findIndex((gamma) => gamma <= 0);
  if (bad >= 0) throw new DataError(`precision[${bad}] is ${precisions[bad]}; expected a number above 0`);
  const parameters = new Float64Array(2 * count);
  parameters.set(asParameter("mean", mean, count));
  parameters.set(precisions, count);
  return parameters;
}

/** gamma (x - mu)^2 / 2 */
export function parabola(x: number, mu: number, gamma: number): number {
  return 0.5 * gamma * (x - mu) * (x - mu);
}

/** The mean of minus the derivative of the parabola with respect to mu or gamma. */
export function parabolaSlope(name: string, mean: number, variance: number, mu: number, gamma: number): number {
  return name === "mean" ? gamma * (mean - mu) : -0.5 * (variance + (mean - mu) * (mean - mu));
}

export function gaussianCumulant(input: number, beta: number, mu: number, gamma: number): number {
  return beta * input * (mu + input / (2 * gamma)) + halfLogWidth(beta * gamma);
}

/** The last precision, cached: units of a layer mostly share one, and the logarithm costs more than the rest. */
let [lastPrecision, lastHalfLog] = [1, 0.5 * log(2 * Math.PI)];

/** log(2 pi / precision) / 2 */
function halfLogWidth(precision: number): number {
  if (precision !== lastPrecision) {
    lastHalfLog = 0.5 * log((2 * Math.PI) / precision);
    lastPrecision = precision;
  }
  return lastHalfLog;
}
