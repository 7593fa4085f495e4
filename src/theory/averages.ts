import { exp, log, tanh } from "../math/elementary.js";
import { legendrePanels } from "../math/legendre.js";
import { erf, normalDensity } from "../math/normal.js";

/** Averages over the field of a unit x = m + sigma z, z standard normal, at temperature T. */
export interface FieldAverages {
  /** <tanh(x / T)>, sgn x at T = 0 */
  readonly magnetisation: number;
  /** q = <tanh^2(x / T)> */
  readonly square: number;
  /** C = (1 - q) / T = d <tanh(x / T)> / dm */
  readonly susceptibility: number;
  /** T <log 2 cosh(x / T)>, |x| at T = 0 */
  readonly entropy: number;
}

/** Points of an integral over [0, 20] with 1 - tanh u, 1 / cosh^2 u and log(1 + e^(-2u)). */
const half = legendrePanels(10, 20).map(({ u, du }) => {
  const e = exp(-2 * u);
  const lack = (2 * e) / (1 + e);
  return { u, du, lack, slope: lack * (2 - lack), rest: log(1 + e) };
});

/** The trapezoidal rule for the normal distribution: z from -9 to 9 in steps of 1/8. */
const normal = Array.from({ length: 145 }, (_, k) => {
  const z = (k - 72) / 8;
  return { z, weight: normalDensity(z) / 8 };
});

/**
 * The averages to about 1e-14. A tanh that is smooth on the scale of sigma is summed by the trapezoidal rule, whose error
 * is exp(-2 pi d / h) with the distance d = pi T / (2 sigma) of the nearest pole and the step h = 1/8. A steep one is split
 * into its sign, which is integrated exactly, and the remainder within a few T of zero.
 *
 * @param sigma above 0
 */
export function fieldAverages(m: number, sigma: number, temperature: number): FieldAverages {
  const steep = temperature / sigma;
  if (steep >= 0.5) return soft(m, sigma, temperature);
  const x = m / sigma;
  const sign = erf(x * Math.SQRT1_2);
  const size = m * sign + 2 * sigma * normalDensity(x);
  if (steep === 0) {
    return { magnetisation: sign, square: 1, susceptibility: (2 * normalDensity(x)) / sigma, entropy: size };
  }
  let lack = 0;
  let slope = 0;
  let rest = 0;
  for (const point of half) {
    const above = normalDensity(point.u * steep - x);
    const below = normalDensity(point.u * steep + x);
    lack += point.du * point.lack * (above - below);
    slope += point.du * point.slope * (above + below);
    rest += point.du * point.rest * (above + below);
  }
  const susceptibility = slope / sigma;
  return {
    magnetisation: sign - steep * lack,
    square: 1 - temperature * susceptibility,
    susceptibility,
    entropy: size + temperature * steep * rest,
  };
}

function soft(m: number, sigma: number, temperature: number): FieldAverages {
  let magnetisation = 0;
  let square = 0;
  let slope = 0;
  let entropy = 0;
  for (const { z, weight } of normal) {
    const x = m + sigma * z;
    const t = tanh(x / temperature);
    const size = Math.abs(x);
    magnetisation += weight * t;
    square += weight * t * t;
    slope += weight * (1 - t) * (1 + t);
    entropy += weight * (size + temperature * log(1 + exp((-2 * size) / temperature)));
  }
  return { magnetisation, square, susceptibility: slope / temperature, entropy };
}
