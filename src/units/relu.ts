import { log, square } from "../math/elementary.js";
import { normalTail } from "../math/normal.js";
import { findRoot } from "../math/roots.js";
import { drawExcess, excessMean, excessVariance, logMillsRatio } from "../math/truncated-normal.js";
import { type GaussianOptions, gaussianCumulant, parabola, parabolaSlope, parabolas } from "./gaussian.js";
import { scalarUnits } from "./scalar.js";
import type { Units } from "./units.js";

/**
 * Rectified Gaussian units, real numbers x_i >= 0 with the energy E(x) = sum_i gamma_i (x_i - mu_i)^2 / 2. Given inputs
 * they are normal with mean mu + I / gamma and variance 1 / (beta gamma), truncated at 0: with s = sqrt(beta gamma) and
 * a = -s (mu + I / gamma), s x is the excess over a of a standard normal number above a, and, unit by unit,
 *
 *     Gamma = log(integral of e^(-(z^2 - a^2) / 2) from a to Infinity) - log s - beta gamma mu^2 / 2.
 *
 * (Tubiana, Cocco and Monasson, Learning protein constitutive motifs, 2019, with one half of their double unit.)
 *
 * @param options mean and precision are those of the normal distribution before truncation
 * @throws ArgumentError for a count below 1, ShapeError for parameters that do not fit, DataError for one that is not
 *   finite or a precision that is not above 0
 */
export function relu(count: number, options: GaussianOptions = {}): Units {
  return scalarUnits(count, parabolas(count, options), ["mean", "precision"], ({ mean: mu, precision: gamma }) => {
    const scale = (beta: number, i: number) => Math.sqrt(beta * gamma[i]);
    const bound = (input: number, beta: number, i: number) => -scale(beta, i) * (mu[i] + input / gamma[i]);
    return {
      type: "relu",
      values: [],
      expected: "a finite number of at least 0 in a relu unit: shift the data, or use gaussian units",
      accepts: (x) => x >= 0 && x < Number.POSITIVE_INFINITY,
      energy: (x, i) => parabola(x, mu[i], gamma[i]),
      cumulant: (input, beta, i) => {
        const a = bound(input, beta, i);
        // Neither branch takes the difference of large squares.
        if (a <= 0) return gaussianCumulant(input, beta, mu[i], gamma[i]) + log(normalTail(a));
        return logMillsRatio(a) - 0.5 * log(beta * gamma[i]) - beta * parabola(0, mu[i], gamma[i]);
      },
      mean: (input, beta, i) => excessMean(bound(input, beta, i)) / scale(beta, i),
      variance: (input, beta, i) => excessVariance(bound(input, beta, i)) / (beta * gamma[i]),
      draw: (input, beta, i, random) => drawExcess(bound(input, beta, i), random) / scale(beta, i),
      slope: (name, mean, variance, i) => parabolaSlope(name, mean, variance, mu[i], gamma[i]),
      range: (i) => ({ low: 0, high: Number.POSITIVE_INFINITY, scale: 1 / Math.sqrt(gamma[i]) }),
      fit: (mean, variance, _, __, i) => {
        const a = boundOfRatio(variance / (mean * mean));
        const e = excessMean(a);
        gamma[i] = (e * e + excessVariance(a)) / (mean * mean + variance);
        mu[i] = -a / Math.sqrt(gamma[i]);
      },
      addToBiases: (input, i) => {
        mu[i] += input / gamma[i];
      },
    };
  });
}

/** Maximum distance of 0 from the mean of the normal distribution of a fitted unit, in standard deviations. */
const MOST = 4;

/**
 * The a at which the excess of a standard normal number over a has the given variance over squared mean, which grows
 * from 0 to 1 with a. Data that are mostly 0 exceed the ratio of every unit: then only the second moment is matched.
 */
function boundOfRatio(ratio: number): number {
  const above = (a: number) => excessVariance(a) / square(excessMean(a)) - ratio;
  if (!(above(MOST) > 0)) return MOST;
  // Far below 0 the mean excess is -a and its variance 1.
  const low = -1 / Math.sqrt(ratio) - 1;
  return findRoot(above, low, MOST);
}
