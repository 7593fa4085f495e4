/* The functions of sums and draws in assembly/, operation for operation, on the lanes of a vector. */
#pragma once
#include "simd.h"

/* x / log 2 plus 1.5 * 2^23, whose last bits are those of the nearest whole number. */
INLINE f32v wholes(f32v x) { return x * 1.4426950408889634f + 12582912.0f; }

/* 2^k for the k of `wholes`. */
INLINE f32v powers(f32v sum) { return (f32v)((i32v)((u32v)sum << 23) + (i32v)f32_splat(1)); }

/* e^r - 1 for what `wholes` leaves of x. */
INLINE f32v expm1_of_rest(f32v x, f32v sum) {
  const f32v k = sum - 12582912.0f;
  const f32v r = (x - k * 0.693359375f) - k * -2.1219444005e-4f;
  f32v p = 1.3813880505040288e-3f * r + 8.369063027203083e-3f;
  p = p * r + 4.1668422520160675e-2f;
  p = p * r + 0.166665181517601f;
  p = p * r + 0.4999999403953552f;
  return p * (r * r) + r;
}

/* e^x for x <= 0. */
INLINE f32v exp_of_negative(f32v x) {
  const f32v sum = wholes(x);
  const f32v y = expm1_of_rest(x, sum) + 1.0f;
  return (f32v)((i32v)(y * powers(sum)) & ~(i32v)(x < -87.0f));
}

/* sigmoid(x) = 1 / (1 + e^-x). */
INLINE f32v sigmoid(f32v x) {
  const f32v one = f32_splat(1), e = exp_of_negative((f32v)((i32v)x | INT32_MIN));
  return f32_select((i32v)(x < (f32v){}), e, one) / (one + e);
}

/*
 * Vectors whose terms are computed side by side: a term is one long chain of operations, and a processor looks ahead over
 * fewer than two of them.
 */
#if VECTOR == 64
enum { ABREAST = 6 };
#else
enum { ABREAST = 4 };
#endif
#define EACH for (int q = 0; q < ABREAST; q++)

/* `exp` of src/math/elementary.ts for -707 <= x <= 0. */
INLINE void exponentials(f64v x[ABREAST]) {
  f64v k[ABREAST], high[ABREAST], low[ABREAST], r[ABREAST], t[ABREAST], p[ABREAST], c[ABREAST];
  EACH {
    /* floor(z): the nearest whole number, less 1 where that is above z. */
    const f64v z = x[q] * 1.4426950408889634 + 0.5;
    const f64v nearest = (z + 6755399441055744.0) - 6755399441055744.0;
    k[q] = nearest - (f64v)((i64v)(nearest > z) & (i64v)f64_splat(1));
  }
  EACH high[q] = x[q] - k[q] * 0.6931471803691238;
  EACH low[q] = k[q] * 1.9082149292705877e-10;
  EACH r[q] = high[q] - low[q];
  EACH t[q] = r[q] * r[q];
  EACH p[q] = -1.6533902205465252e-6 + t[q] * 4.1381367970572385e-8;
  EACH p[q] = 6.613756321437934e-5 + t[q] * p[q];
  EACH p[q] = -0.0027777777777015593 + t[q] * p[q];
  EACH p[q] = 0.16666666666666602 + t[q] * p[q];
  EACH c[q] = r[q] - t[q] * p[q];
  EACH c[q] = (r[q] * c[q]) / (2.0 - c[q]);
  EACH c[q] = 1.0 - ((low[q] - c[q]) - high[q]);
  /* The last bits of k + 1.5 * 2^52 are those of the whole number k. */
  EACH x[q] = c[q] * (f64v)(((u64v)(k[q] + 6755399441055744.0) + 1023) << 52);
}

/* log(1 + e^x). */
INLINE void softplus(f64v x[ABREAST]) {
  f64v e[ABREAST], s[ABREAST], z[ABREAST], p[ABREAST];
  EACH e[q] = (f64v)((i64v)x[q] | INT64_MIN);
  exponentials(e);
  EACH e[q] = (f64v)((i64v)e[q] & ~(i64v)((f64v)((i64v)x[q] | INT64_MIN) < -707.0));
  EACH s[q] = e[q] / (2.0 + e[q]);
  EACH z[q] = s[q] * s[q];
  EACH p[q] = 0.08898500024665788 * z[q] + 0.04936340747095369;
  EACH p[q] = p[q] * z[q] + 0.06796496035932086;
  EACH p[q] = p[q] * z[q] + 0.07681743543404868;
  EACH p[q] = p[q] * z[q] + 0.09091436081045738;
  EACH p[q] = p[q] * z[q] + 0.11111095193485948;
  EACH p[q] = p[q] * z[q] + 0.14285714560939372;
  EACH p[q] = p[q] * z[q] + 0.19999999997588663;
  EACH p[q] = p[q] * z[q] + 0.33333333333341514;
  EACH {
    const f64v s2 = s[q] + s[q];
    const f64v positive = f64_select((i64v)(x[q] <= (f64v){}), (f64v){}, x[q]);
    x[q] = positive + (s2 + s2 * (z[q] * p[q]));
  }
}
