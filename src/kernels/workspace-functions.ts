/**
 * The functions that workspaces apply to numbers, as the operations, in their order, that every backend performs.
 */
import { exp } from "../math/elementary.js";

const { abs, fround } = Math;

/** 2^-k. */
const powers = Float32Array.from({ length: 127 }, (_, k) => 2 ** -k);

/**
 * e^x in single precision for x <= 0, with a relative error below 1.2e-7; 0 below -87. x = k log 2 + r with
 * |r| <= log(2) / 2, and e^r = 1 + r + r^2 P(r) with the minimax polynomial P of degree 4. k log 2 is taken off in two
 * parts (Cody and Waite, Software manual for the elementary functions, 1980), the first of 10 bits, so that k times it is
 * exact.
 */
function expOfNegative(x: number): number {
  if (x < -87) return 0;
  // Adding 1.5 * 2^23 rounds to a whole number.
  const k = fround(fround(fround(x * fround(Math.LOG2E)) + 12582912) - 12582912);
  const r = fround(fround(x - fround(k * 0.693359375)) - fround(k * fround(-2.1219444005e-4)));
  let p = fround(1.3813880505040288e-3);
  p = fround(fround(p * r) + 8.369063027203083e-3);
  p = fround(fround(p * r) + 4.1668422520160675e-2);
  p = fround(fround(p * r) + 0.166665181517601);
  p = fround(fround(p * r) + 0.4999999403953552);
  const y = fround(fround(fround(p * fround(r * r)) + r) + 1);
  return fround(y * (powers[-k] ?? Number.NaN));
}

/**
 * sigmoid(x) = 1 / (1 + e^-x) in single precision, with a relative error below 2e-7; 0 below -87. Neither side cancels:
 * it is e^x / (1 + e^x) for negative x.
 */
export function sigmoid(x: number): number {
  const e = expOfNegative(-abs(x));
  return fround((x < 0 ? e : 1) / fround(1 + e));
}

/**
 * log(1 + e^x) in double precision, with a relative error below 2e-15 where it is above 1e-307, and e^x counts as 0 below
 * -707: max(x, 0) + log(1 + e) with e = e^-|x|, where log(1 + e) = 2 artanh s, s = e / (2 + e), is s times a minimax
 * polynomial of degree 9 in s^2 <= 1/9.
 */
export function softplus(x: number): number {
  const t = -abs(x);
  const e = t < -707 ? 0 : exp(t);
  const s = e / (2 + e);
  const z = s * s;
  let p = 0.08898500024665788;
  p = p * z + 0.04936340747095369;
  p = p * z + 0.06796496035932086;
  p = p * z + 0.07681743543404868;
  p = p * z + 0.09091436081045738;
  p = p * z + 0.11111095193485948;
  p = p * z + 0.14285714560939372;
  p = p * z + 0.19999999997588663;
  p = p * z + 0.33333333333341514;
  const s2 = s + s;
  const log1p = s2 + s2 * (z * p);
  return Math.max(x, 0) + log1p;
}
