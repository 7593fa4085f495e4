/**
 * Elementary functions made of additions, multiplications and divisions alone. `Math.log` and the like may differ in
 * the last bit between engines; these give the same bits on every machine, which every number in a result must.
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

/**
 * Exponential function, with an error below one unit in the last place. x = k log 2 + r with |r| <= log(2) / 2, and
 * e^r = 1 + r + r c / (2 - c), where c = r - r^2 P(r^2) has the minimax coefficients of fdlibm (Sun Microsystems, 1993,
 * e_exp.c). Above 709.79 it is Infinity, below -745.14 it is 0.
 */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
  if (x < -745.1332191019411) return 0;
  const k = Math.round(x * Math.LOG2E);
  const high = x - k * 0.6931471803691238;
  const low = k * 1.9082149292705877e-10;
  const r = high - low;
  const c = reduced(r);
  const y = 1 - (low - (r * c) / (2 - c) - high);
  // 2^k in two factors: neither of them overflows, and a denormal result is rounded once.
  return k > -1022 ? y * powerOfTwo(k - 1) * 2 : y * powerOfTwo(k + 54) * 2 ** -54;
}

/** Hyperbolic tangent, tanh x = (e^2x - 1) / (e^2x + 1), with an error below three units in the last place. */
export function tanh(x: number): number {
  const a = Math.abs(x);
  if (!(a < 22)) return Number.isNaN(x) ? x : Math.sign(x);
  if (a < 2 ** -28) return x;
  // e^2a - 1 = (2^k - 1) + 2^k (e^r - 1) does not cancel.
  const k = Math.round(2 * a * Math.LOG2E);
  const r = 2 * a - k * 0.6931471803691238 - k * 1.9082149292705877e-10;
  const c = reduced(r);
  const scale = powerOfTwo(k);
  const growth = scale - 1 + scale * (r + (r * c) / (2 - c));
  const t = growth / (growth + 2);
  return x < 0 ? -t : t;
}

/** x^2. `x ** 2` is not correctly rounded in every engine. */
export function square(x: number): number {
  return x * x;
}

/** x^y for x > 0. A whole y is a product of squares (binary powering), any other exp(y log x). */
export function pow(x: number, y: number): number {
  if (!Number.isInteger(y) || Math.abs(y) > 1024) return exp(y * log(x));
  let result = 1;
  for (let left = Math.abs(y), factor = x; left > 0; left = Math.floor(left / 2), factor *= factor) {
    if (left % 2 === 1) result *= factor;
  }
  return y < 0 ? 1 / result : result;
}

/** sqrt(a^2 + b^2) without overflow or underflow of the squares: Infinity if one of them is infinite. */
export function hypot(a: number, b: number): number {
  const large = Math.max(Math.abs(a), Math.abs(b));
  if (large === 0 || large === Number.POSITIVE_INFINITY) return large;
  const ratio = Math.min(Math.abs(a), Math.abs(b)) / large;
  return large * Math.sqrt(1 + ratio * ratio);
}

/** c of `exp`, for |r| <= log(2) / 2. */
function reduced(r: number): number {
  const t = r * r;
  return (
    r -
    t *
      (0.16666666666666602 +
        t *
          (-0.0027777777777015593 +
            t * (6.613756321437934e-5 + t * (-1.6533902205465252e-6 + t * 4.1381367970572385e-8))))
  );
}

/** 2^k for -1022 <= k <= 1023. */
export function powerOfTwo(k: number): number {
  words.setInt32(0, (k + 1023) << 20);
  words.setInt32(4, 0);
  return words.getFloat64(0);
}
