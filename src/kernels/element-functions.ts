/**
 * Elementary functions in single precision, as the operations, in their order, that every backend performs.
 */
import type { ElementFunction } from "./workspace.js";

const { abs, fround, sqrt } = Math;

/** 2^k for k from -126 to 128. */
const powers = Float64Array.from({ length: 255 }, (_, k) => 2 ** (k - 126));
const powerOf = (k: number): number => powers[k + 126] ?? Number.NaN;

/** The whole number k nearest to x / log 2; adding 1.5 * 2^23 rounds to a whole number. */
function wholeOf(x: number): number {
  return fround(fround(fround(x * fround(Math.LOG2E)) + 12582912) - 12582912);
}

/**
 * e^r - 1 with x = k log 2 + r and |r| <= log(2) / 2: r + r^2 P(r) with the minimax polynomial P of degree 4. k log 2 is
 * subtracted in two parts (Cody and Waite, Software manual for the elementary functions, 1980), the first of 10 bits, so
 * that k times it is exact.
 */
function expm1OfRest(x: number, k: number): number {
  const r = fround(fround(x - fround(k * 0.693359375)) - fround(k * fround(-2.1219444005e-4)));
  let p = fround(1.3813880505040288e-3);
  p = fround(fround(p * r) + 8.369063027203083e-3);
  p = fround(fround(p * r) + 4.1668422520160675e-2);
  p = fround(fround(p * r) + 0.166665181517601);
  p = fround(fround(p * r) + 0.4999999403953552);
  return fround(fround(p * fround(r * r)) + r);
}

/** The least number whose exponential is above all finite ones. */
const EXP_LIMIT = 88.72283935546875;

/** e^x with a relative error below 1.2e-7; 0 below -87, Infinity from 88.722839 on. */
export function exp(x: number): number {
  if (x < -87) return 0;
  if (!(x < EXP_LIMIT)) return x * Number.POSITIVE_INFINITY;
  const k = wholeOf(x);
  return fround(fround(expm1OfRest(x, k) + 1) * powerOf(k));
}

/**
 * sigmoid(x) = 1 / (1 + e^-x) with a relative error below 2e-7; 0 below -87. Neither side cancels: it is e^x / (1 + e^x) for
 * negative x.
 */
export function sigmoid(x: number): number {
  const e = exp(-abs(x));
  return fround((x < 0 ? e : 1) / fround(1 + e));
}

/**
 * tanh x with a relative error below 2.5e-7, for numbers near 0 too: -m / (2 + m) with m = e^t - 1 = (2^k - 1) + 2^k (e^r - 1)
 * for t = -2 |x| = k log 2 + r. From t = -40 on, m is -1.
 */
function tanh(x: number): number {
  const t = -2 * abs(x);
  const clamped = Math.max(t, -40);
  const k = wholeOf(clamped);
  const power = powerOf(k);
  const m = fround(fround(power - 1) + fround(power * expm1OfRest(clamped, k)));
  const size = abs(fround(m / fround(2 + m)));
  return x < 0 || Object.is(x, -0) ? -size : size;
}

/**
 * log(1 + e^x) with a relative error below 3e-7; 0 below -87: max(x, 0) + log(1 + e) with e = e^-|x|, where log(1 + e) =
 * 2 artanh s, s = e / (2 + e), is 2 s (1 + s^2 P(s^2)) with the minimax polynomial P of degree 3.
 */
function softplus(x: number): number {
  const e = exp(-abs(x));
  const s = fround(e / fround(2 + e));
  const z = fround(s * s);
  let p = fround(0.1400599330663681);
  p = fround(fround(p * z) + 0.14000903069972992);
  p = fround(fround(p * z) + 0.2001076340675354);
  p = fround(fround(p * z) + 0.3333320915699005);
  const s2 = fround(s + s);
  return fround(Math.max(x, 0) + fround(s2 + fround(s2 * fround(z * p))));
}

const float = new Float32Array(1);
const word = new Int32Array(float.buffer);

/** sqrt(1/2) in single precision, as bits. */
const HALF_ROOT = 0x3f3504f3;

/**
 * log x with a relative error below 2e-7, for subnormal numbers too; -Infinity at 0, NaN below. x = 2^k m with m in
 * [sqrt(1/2), sqrt 2), and log m = 2 artanh s with s = (m - 1) / (m + 1).
 */
export function log(x: number): number {
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (x < 0) return Number.NaN;
  if (!(x < Number.POSITIVE_INFINITY)) return x;
  const isSubnormal = x < 2 ** -126;
  float[0] = isSubnormal ? x * 2 ** 23 : x;
  const whole = (word[0] - HALF_ROOT) >> 23;
  word[0] -= whole << 23;
  const k = isSubnormal ? whole - 23 : whole;
  const f = fround(float[0] - 1);
  const s = fround(f / fround(2 + f));
  const z = fround(s * s);
  let p = fround(0.14935864);
  p = fround(fround(p * z) + fround(0.19988771));
  p = fround(fround(p * z) + fround(0.33333388));
  const s2 = fround(s + s);
  const part = fround(s2 + fround(s2 * fround(z * p)));
  return fround(fround(k * fround(Math.LN2)) + part);
}

/** The functions of one number; `affine` has two numbers more, and is not among them. */
export const elementFunctions: Readonly<Record<Exclude<ElementFunction, "affine">, (x: number) => number>> = {
  exp,
  log,
  tanh,
  sigmoid,
  softplus,
  reciprocal: (x) => fround(1 / x),
  inverseRoot: (x) => fround(1 / fround(sqrt(x))),
  step: (x) => (x > 0 ? 1 : 0),
};
