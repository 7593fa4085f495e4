import { exp, powerOfTwo } from "./elementary.js";

/**
 * A number m 2^e with 1 <= |m| < 2, or 0: for what float64 cannot hold. Products and sums are rounded as those of float64, and
 * equal to them wherever these neither overflow nor underflow.
 */
export interface Scaled {
  readonly mantissa: number;
  readonly exponent: number;
}

/** The exponent of zero. */
export const LOWEST_EXPONENT = -(2 ** 30);

const words = new DataView(new ArrayBuffer(8));

/** value 2^exponent, of a finite value. */
export function scaled(value: number, exponent = 0): Scaled {
  if (value === 0) return { mantissa: 0, exponent: LOWEST_EXPONENT };
  if (Math.abs(value) < 2 ** -1022) return scaled(value * 2 ** 54, exponent - 54);
  words.setFloat64(0, value);
  const high = words.getInt32(0);
  words.setInt32(0, (high & 0x800fffff) | 0x3ff00000);
  return { mantissa: words.getFloat64(0), exponent: exponent + ((high >>> 20) & 2047) - 1023 };
}

/** The float64 nearest to it, 0 below their range and infinite above. */
export function unscaled({ mantissa, exponent }: Scaled): number {
  if (exponent > 1023) return mantissa * Number.POSITIVE_INFINITY;
  if (exponent >= -1022) return mantissa * powerOfTwo(exponent);
  return exponent < -1080 ? 0 : mantissa * powerOfTwo(exponent + 100) * powerOfTwo(-100);
}

export function product(a: Scaled, b: Scaled): Scaled {
  return scaled(a.mantissa * b.mantissa, a.exponent + b.exponent);
}

export function sum(a: Scaled, b: Scaled): Scaled {
  const [large, small] = a.exponent >= b.exponent ? [a, b] : [b, a];
  const less = large.exponent - small.exponent;
  // What is smaller by 2^-100 does not change it.
  return less > 100 ? large : scaled(large.mantissa + small.mantissa * powerOfTwo(-less), large.exponent);
}

export function difference(a: Scaled, b: Scaled): Scaled {
  return sum(a, { mantissa: -b.mantissa, exponent: b.exponent });
}

/** x^n for a whole n of at least 0. */
export function wholePower(x: number, n: number): Scaled {
  const factor = scaled(x);
  let result = scaled(1);
  for (let k = 0; k < n; k++) result = product(result, factor);
  return result;
}

/** e^x, for |x| up to 2^29. */
export function exponential(x: number): Scaled {
  const k = Math.round(x * Math.LOG2E);
  // log 2 in two parts, the high one with enough trailing zeros that k times it is exact.
  return scaled(exp(x - k * 0.6931471803691238 - k * 1.9082149292705877e-10), k);
}
