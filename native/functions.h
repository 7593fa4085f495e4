/* The functions of assembly/workspace-functions.ts, operation for operation, on the lanes of a vector. */
#pragma once
#include "simd.h"

/* sigmoid(x) = 1 / (1 + e^-x). */
INLINE f32v sigmoid(f32v x) {
  const f32v one = f32_splat(1);
  const f32v t = (f32v)((i32v)x | INT32_MIN);
  /* The last bits of the sum are those of the whole number k. */
  const f32v sum = t * 1.4426950408889634f + 12582912.0f;
  const f32v k = sum - 12582912.0f;
  const f32v r = (t - k * 0.693359375f) - k * -2.1219444005e-4f;
  f32v p = 1.3813880505040288e-3f * r + 8.369063027203083e-3f;
  p = p * r + 4.1668422520160675e-2f;
  p = p * r + 0.166665181517601f;
  p = p * r + 0.4999999403953552f;
  const f32v y = (p * (r * r) + r) + one;
  const f32v power = (f32v)((i32v)((u32v)sum << 23) + (i32v)one);
  const f32v e = (f32v)((i32v)(y * power) & ~(i32v)(t < -87.0f));
  return f32_select((i32v)(x < (f32v){}), e, one) / (one + e);
}

/* `exp` of src/math/elementary.ts for -707 <= x <= 0. */
INLINE f64v exponential(f64v x) {
  /* floor(z): the nearest whole number, less 1 where that is above z. */
  const f64v z = x * 1.4426950408889634 + 0.5;
  const f64v nearest = (z + 6755399441055744.0) - 6755399441055744.0;
  const f64v k = nearest - (f64v)((i64v)(nearest > z) & (i64v)f64_splat(1));
  const f64v high = x - k * 0.6931471803691238;
  const f64v low = k * 1.9082149292705877e-10;
  const f64v r = high - low;
  const f64v t = r * r;
  f64v p = -1.6533902205465252e-6 + t * 4.1381367970572385e-8;
  p = 6.613756321437934e-5 + t * p;
  p = -0.0027777777777015593 + t * p;
  p = 0.16666666666666602 + t * p;
  const f64v c = r - t * p;
  const f64v quotient = (r * c) / (2.0 - c);
  const f64v y = 1.0 - ((low - quotient) - high);
  /* The last bits of k + 1.5 * 2^52 are those of the whole number k. */
  const u64v bits = (u64v)(k + 6755399441055744.0) + 1023;
  return y * (f64v)(bits << 52);
}

/* log(1 + e^x). */
INLINE f64v softplus(f64v x) {
  const f64v t = (f64v)((i64v)x | INT64_MIN);
  const f64v e = (f64v)((i64v)exponential(t) & ~(i64v)(t < -707.0));
  const f64v s = e / (2.0 + e);
  const f64v z = s * s;
  f64v p = 0.08898500024665788 * z + 0.04936340747095369;
  p = p * z + 0.06796496035932086;
  p = p * z + 0.07681743543404868;
  p = p * z + 0.09091436081045738;
  p = p * z + 0.11111095193485948;
  p = p * z + 0.14285714560939372;
  p = p * z + 0.19999999997588663;
  p = p * z + 0.33333333333341514;
  const f64v s2 = s + s;
  const f64v positive = f64_select((i64v)(x <= (f64v){}), (f64v){}, x);
  return positive + (s2 + s2 * (z * p));
}
