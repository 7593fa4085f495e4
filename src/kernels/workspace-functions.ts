/**
 * What workspaces add up and draw, as the operations, in their order, that every backend performs.
 */
import { exp } from "../math/elementary.js";
import { log } from "./element-functions.js";

const { abs, fround } = Math;

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

/**
 * Two independent standard normal numbers from two random words (Box and Muller, A note on the generation of random
 * normal deviates, 1958): sqrt(-2 log u) times cos and sin of 2 pi v, with u = (a + 1/2) 2^-32 and v the upper 24 bits
 * of b, in single precision with errors around 1e-7. None exceeds 6.8, as a normal number does once in 10^11. They are
 * written to `out[at]` and `out[at + 1]`.
 */
export function normalPair(a: number, b: number, out: Float32Array, at = 0): void {
  const u = fround(fround(fround(a) + 0.5) * 2 ** -32);
  const radius = fround(Math.sqrt(fround(-2 * log(u))));
  const v = (b >>> 8) * 2 ** -24;
  // The angle is q quarter turns plus f turns, with |f| at most 1/8.
  const q = fround(fround(fround(4 * v) + 12582912) - 12582912);
  const f = fround(v - fround(0.25 * q));
  const y = fround(f * f);
  let p = fround(-75.24006422);
  p = fround(fround(p * y) + fround(81.58812464));
  p = fround(fround(p * y) + fround(-41.34162804));
  p = fround(fround(p * y) + fround(6.28318522));
  const sin = fround(f * p);
  p = fround(-83.66592119);
  p = fround(fround(p * y) + fround(64.92322865));
  p = fround(fround(p * y) + fround(-19.73916726));
  const cos = fround(1 + fround(p * y));
  const [x, z] = q & 1 ? [sin, cos] : [cos, sin];
  out[at] = fround(radius * ((q + 1) & 2 ? -x : x));
  out[at + 1] = fround(radius * (q & 2 ? -z : z));
}
