/**
 * Elementary functions from additions, multiplications and divisions alone. `Math.log` and its kin may differ in the
 * last bit between engines; these give the same bits everywhere, as every number that reaches a result must.
 */

const words = new DataView(new ArrayBuffer(8));

/**
 * Natural logarithm, with an error below one unit in the last place. x = 2^k m with m in [sqrt(1/2), sqrt(2)); with
 * f = m - 1 and s = f / (2 + f), log m = 2 artanh s is a series in s^2 whose minimax coefficients are those of fdlibm
 * (Sun Microsystems, 1993, e_log.c).
 */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  let k = 0;
  let m = x;
  if (m < 2 ** -1022) {
    m *= 2 ** 54;
    k -= 54;
  }
  words.setFloat64(0, m);
  const high = words.getInt32(0);
  k += (high >> 20) - 1023;
  words.setInt32(0, (high & 0x000fffff) | 0x3ff00000);
  m = words.getFloat64(0);
  if (m > Math.SQRT2) {
    m *= 0.5;
    k += 1;
  }
  const f = m - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const odd = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const even = z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  const half = 0.5 * f * f;
  // log 2 in two parts, the high one with enough trailing zeros that k times it is exact.
  return k * 0.6931471803691238 - (half - (s * (half + odd + even) + k * 1.9082149292705877e-10) - f);
}
