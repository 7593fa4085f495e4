/* The functions of assembly/workspace-elements.ts, operation for operation, on the lanes of a vector. */
#pragma once
#include "call.h"
#include "functions.h"

INLINE f32v exp_of(f32v x) {
  const f32v sum = wholes(x);
  const f32v y = expm1_of_rest(x, sum) + 1.0f;
  /* 2^128 is no number: k is added to the exponent. */
  const f32v e = (f32v)((i32v)((u32v)y + ((u32v)sum << 23)) & ~(i32v)(x < -87.0f));
  return f32_select((i32v)(x < 88.72283935546875f), e, x * __builtin_inff());
}

INLINE f32v tanh_of(f32v x) {
  const f32v t = f32_max((f32v)((i32v)(x * 2.0f) | INT32_MIN), f32_splat(-40));
  const f32v sum = wholes(t), power = powers(sum);
  const f32v m = (power - 1.0f) + power * expm1_of_rest(t, sum);
  return f32_select((i32v){} + INT32_MIN, x, m / (2.0f + m));
}

INLINE f32v softplus_of(f32v x) {
  const f32v e = exp_of_negative((f32v)((i32v)x | INT32_MIN));
  const f32v s = e / (2.0f + e), z = s * s;
  f32v p = 0.1400599330663681f * z + 0.14000903069972992f;
  p = p * z + 0.2001076340675354f;
  p = p * z + 0.3333320915699005f;
  const f32v s2 = s + s;
  return f32_max(x, (f32v){}) + (s2 + s2 * (z * p));
}

/* log x - less log 2 for positive numbers that are not subnormal. */
INLINE f32v log_of_normal(f32v x, i32v less) {
  const i32v bits = (i32v)x, whole = (bits - 0x3f3504f3) >> 23;
  const f32v k = __builtin_convertvector(whole - less, f32v);
  const f32v f = (f32v)(bits - (i32v)((u32v)whole << 23)) - 1.0f;
  const f32v s = f / (2.0f + f), z = s * s;
  f32v p = 0.14935864f * z + 0.19988771f;
  p = p * z + 0.33333388f;
  const f32v s2 = s + s;
  return k * 0.6931471805599453f + (s2 + s2 * (z * p));
}

INLINE f32v log_of(f32v x) {
  const i32v subnormal = (i32v)(x < 1.1754943508222875e-38f);
  const f32v log = log_of_normal(f32_select(subnormal, x * 8388608.0f, x), subnormal & 23);
  /* Infinity and NaN stay, numbers below 0 become NaN, and 0 becomes -Infinity. */
  const f32v finite = f32_select((i32v)(x < __builtin_inff()), log, x);
  const f32v positive = (f32v)((i32v)finite | (i32v)(x < 0.0f));
  return f32_select((i32v)(x == 0.0f), f32_splat(-__builtin_inff()), positive);
}

/* The numbers of the functions, as in assembly/. */
enum { AFFINE, EXP, LOG, TANH, SIGMOID, SOFTPLUS, RECIPROCAL, INVERSE_ROOT };

/* Numbers: from, to, scratch, count, function, values, out, scale, shift. */
static double apply_function(const Call *call) {
  const size_t end = least(INDEX(1) * 4, INDEX(3));
  const float *values = AT(const float, 5);
  float *out = AT(float, 6);
  const f32v scale = f32_splat((float)NUMBER(7)), shift = f32_splat((float)NUMBER(8)), one = f32_splat(1);
#define APPLY(result) \
  for (size_t k = INDEX(0) * 4; k < end; k += LANES) { \
    const f32v x = f32_load(values + k); \
    f32_store_some(out + k, result, end - k); \
  } \
  break;
  switch (INDEX(4)) {
    case AFFINE: APPLY(scale * x + shift)
    case EXP: APPLY(exp_of(x))
    case LOG: APPLY(log_of(x))
    case TANH: APPLY(tanh_of(x))
    case SIGMOID: APPLY(sigmoid(x))
    case SOFTPLUS: APPLY(softplus_of(x))
    case RECIPROCAL: APPLY(one / x)
    case INVERSE_ROOT: APPLY(one / f32_sqrt(x))
    default: APPLY((f32v)((i32v)(x > 0.0f) & (i32v)one))
  }
#undef APPLY
  return 0;
}
