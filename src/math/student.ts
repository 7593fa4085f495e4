import { internal, requireNumber } from "../errors.js";
import { exp, log } from "./elementary.js";
import { log1p } from "./log-sum-exp.js";
import { normalQuantile, normalTail } from "./normal.js";

/**
 * Student's distribution with nu degrees of freedom, that of a mean over its own standard error (Student, The probable
 * error of a mean, 1908), for any real nu of at least 1. Good to about 13 digits up to nu = 1e4; to 8 at 1e9, where
 * the normal distribution takes over.
 */

/** From so many degrees of freedom on, the continued fraction has lost more digits than the normal limit lacks. */
const NORMAL = 1e9;

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

/** t times the density at t > 0, in one exponential: neither t^2 nor what is small may leave the range of numbers. */
function scaleAt(t: number, nu: number): number {
  const u = t / Math.sqrt(nu);
  const spread = u < 1e9 ? log1p(u * u) : 2 * log(u);
  return (gammaRatio(nu) / Math.sqrt(Math.PI)) * exp(log(u) - 0.5 * (nu + 1) * spread);
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
 * P(T > t) over t times the density: the continued fraction of the incomplete beta function (NIST Digital Library of
 * Mathematical Functions, 8.17.22), by Lentz's method.
 */
function beyond(t: number, nu: number): number {
  const a = 0.5 * nu;
  const x = nu / (nu + t * t);
  let [c, d, fraction] = [1, 0, 1];
  for (let k = 1; k < 10000; k++) {
    const m = k >>> 1;
    const numerator = k % 2 === 1 ? (a + m) * (a + m + 0.5) : m * (m - 0.5);
    const coefficient = (-numerator / ((a + k) * (a + k - 1))) * x;
    d = 1 / (1 + coefficient * d);
    c = 1 + coefficient / c;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 4e-16) return 1 / (nu * fraction);
  }
  throw internal(`Student's tail at ${t} with ${nu} degrees of freedom has not converged`);
}

/**
 * Probability that a number of Student's distribution with `degrees` degrees of freedom, any number of at least 1, is above
 * t. From 1e9 degrees on it is the normal one, which differs from it by less than rounding here does.
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
  // Each of the two converges quickly on its own side of this t (ibid., 8.17.22).
  return t * t < 3 ? 0.5 - scaleAt(t, degrees) * middle(t, degrees) : scaleAt(t, degrees) * beyond(t, degrees);
}

/**
 * The t that a number of Student's distribution with `degrees` degrees of freedom, any number of at least 1, stays below
 * with the given probability, from 0 (-Infinity) to 1 (Infinity): Newton's method on the logarithm of the tail as a
 * function of log t, which is concave, so that it converges from anywhere.
 *
 * @throws ArgumentError for fewer degrees, or what is no probability
 */
export function studentQuantile(probability: number, degrees: number): number {
  requireNumber("probability", probability, 0, 1);
  requireNumber("degrees", degrees, 1);
  if (degrees >= NORMAL) return normalQuantile(probability);
  if (probability > 0.5) return -studentQuantile(1 - probability, degrees);
  if (probability === 0) return Number.NEGATIVE_INFINITY;
  if (probability === 0.5) return 0;
  const target = log(probability);
  let t = -normalQuantile(probability);
  for (let step = 0; step < 100; step++) {
    const tail = studentTail(t, degrees);
    const change = ((log(tail) - target) * tail) / scaleAt(t, degrees);
    t *= exp(change);
    if (Math.abs(change) <= 1e-15) break;
  }
  return -t;
}
