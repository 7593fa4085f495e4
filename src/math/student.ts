import { internal, requireNumber } from "../errors.js";
import { exp, log } from "./elementary.js";
import { log1p } from "./log-sum-exp.js";
import { normalQuantile, normalTail } from "./normal.js";

/**
 * Student's distribution with nu degrees of freedom, that of a mean divided by its standard error (Student, The
 * probable error of a mean, 1908), for any real nu of at least 1. Tails and quantiles are accurate to about 12 digits
 * for all nu, however far out; a quantile near 0, from 1e19 degrees on, to 1e-16.
 */

/**
 * From this many degrees of freedom on, the tail is the normal one up to a relative error of t^4 / (4 nu): below 1e-13
 * wherever it is not 0.
 */
const NORMAL = 1e19;

/** Gamma((nu + 1) / 2) / Gamma(nu / 2): raised to nu of at least 40, where the asymptotic series has all digits. */
function gammaRatio(nu: number): number {
  let [raised, factor] = [nu, 1];
  for (; raised < 40; raised += 2) factor *= raised / (raised + 1);
  const z = raised / 2;
  const s = 1 / (z * z);
  return (
    factor * Math.sqrt(z) * exp((-1 / 8 + s * (1 / 192 - s * (1 / 640 - s * (17 / 14336 - (s * 31) / 18432)))) / z)
  );
}

/** Gamma((nu + 1) / 2) / (Gamma(nu / 2) sqrt(pi)) */
function factorOf(nu: number): number {
  return gammaRatio(nu) / Math.sqrt(Math.PI);
}

/** log of t times the density at t > 0, without overflow of t^2 or underflow of the density. */
function logScale(t: number, nu: number): number {
  const u = t / Math.sqrt(nu);
  const spread = u < 1e9 ? log1p(u * u) : 2 * log(u);
  return log(factorOf(nu)) + log(u) - 0.5 * (nu + 1) * spread;
}

/** P(0 < T < t) over t times the density: the series of the incomplete beta function, all of whose terms are positive. */
function middle(t: number, nu: number): number {
  const y = (t * t) / (nu + t * t);
  let [term, sum] = [1, 1];
  for (let n = 0; term > sum * 1e-17; n++) {
    term *= ((0.5 * (nu + 1) + n) / (1.5 + n)) * y;
    sum += term;
  }
  return sum;
}

/**
 * P(T > t) over t times the density, (1 / nu + 1 / t^2) F(1/2, 1; nu/2 + 1; -nu / t^2): Gauss's continued fraction of the
 * hypergeometric function (NIST Digital Library of Mathematical Functions, 8.17.8, 15.8.1 and 15.7.1), by Lentz's method. None
 * of its terms is below 0, so that nothing cancels; as nu grows, it becomes Laplace's for the normal tail.
 */
function beyond(t: number, nu: number): number {
  const c = 0.5 * nu;
  const inverse = Math.sqrt(nu) / t;
  const w = inverse * inverse;
  let [numerator, denominator, fraction] = [1, 0, 1];
  for (let k = 1; k < 10000; k++) {
    const n = k >>> 1;
    const upper = k % 2 === 1 ? (0.5 + n) * (c + n) : n * (c - 0.5 + n);
    const coefficient = (upper / (c + k) / (c + k - 1)) * w;
    numerator = 1 + coefficient / numerator;
    denominator = 1 / (1 + coefficient * denominator);
    fraction *= numerator * denominator;
    if (Math.abs(numerator * denominator - 1) < 4e-16) return (1 / nu + 1 / (t * t)) / fraction;
  }
  throw internal(`Student's tail at ${t} with ${nu} degrees of freedom has not converged`);
}

/** Where the series gives way to the continued fraction: each of the two converges quickly on its own side. */
function isFar(t: number): boolean {
  return t * t >= 3;
}

/**
 * Probability that a draw from Student's distribution with `degrees` degrees of freedom, any number of at least 1, is
 * above t.
 *
 * @throws ArgumentError for fewer degrees
 */
export function studentTail(t: number, degrees: number): number {
  requireNumber("t", t, Number.NEGATIVE_INFINITY);
  requireNumber("degrees", degrees, 1);
  if (degrees >= NORMAL) return normalTail(t);
  if (t < 0) return 1 - studentTail(-t, degrees);
  if (t === 0) return 0.5;
  if (t === Number.POSITIVE_INFINITY) return 0;
  const scale = exp(logScale(t, degrees));
  return isFar(t) ? scale * beyond(t, degrees) : 0.5 - scale * middle(t, degrees);
}

/**
 * The quantile of Student's distribution with `degrees` degrees of freedom, any number of at least 1: the t that T is
 * below with this probability, from 0 (-Infinity) to 1 (Infinity). A t beyond the largest number, which takes a
 * probability below 1e-307 and fewer than 1.05 degrees, is -Infinity, too.
 *
 * By Newton's method on the logarithm of the tail as a function of log t, which is concave and falls: from a t that is too
 * large, each step comes closer and none passes the quantile.
 *
 * @throws ArgumentError for fewer degrees, or a probability outside [0, 1]
 */
export function studentQuantile(probability: number, degrees: number): number {
  requireNumber("probability", probability, 0, 1);
  requireNumber("degrees", degrees, 1);
  if (degrees >= NORMAL) return normalQuantile(probability);
  if (probability > 0.5) return -studentQuantile(1 - probability, degrees);
  if (probability === 0) return Number.NEGATIVE_INFINITY;
  if (probability === 0.5) return 0;
  const start = -normalQuantile(probability);
  // The first step may pass the quantile by far, where the tail would be 0. The power law that Student's distribution
  // approaches has a larger tail, so its quantile is an upper bound.
  const largest = Math.sqrt(degrees) * exp((log(factorOf(degrees) / degrees) - log(probability)) / degrees);
  let t = Math.min(start * exp(stepFrom(start, degrees, probability)), largest);
  for (let count = 0; count < 100; count++) {
    const step = stepFrom(t, degrees, probability);
    // At the root, rounding alone decides the sign.
    if (!(step < 0)) break;
    t *= exp(step);
    if (step >= -1e-15) break;
  }
  return -t;
}

/** Newton's step in log t, precise for a tail that underflows as well as for one close to 1/2. */
function stepFrom(t: number, nu: number, probability: number): number {
  if (isFar(t)) {
    const ratio = beyond(t, nu);
    return (logScale(t, nu) + log(ratio) - log(probability)) * ratio;
  }
  const scale = exp(logScale(t, nu));
  const inside = scale * middle(t, nu);
  return (log1p((0.5 - probability - inside) / probability) * (0.5 - inside)) / scale;
}
