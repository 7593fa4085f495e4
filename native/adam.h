/* Steps of Adam, as in assembly/workspace-adam.ts: single precision that is computed with in double precision. */
#pragma once
#include "call.h"
#include "simd.h"

typedef struct {
  double rate;
  double beta1;
  double beta2;
  double one;
  double two;
  double epsilon;
  double l1;
  double l2;
} Adam;

/* Numbers rounded to single precision, which they have in memory too. */
INLINE f64v rounded(f64v x, float *at) {
  const f32half narrow = __builtin_convertvector(x, f32half);
  *(f32half *)at = narrow;
  return __builtin_convertvector(narrow, f64v);
}

INLINE void adam_lanes(float *values, const float *gradient, float *mean, float *square, float *change, Adam by) {
  const f64v x = widened(values);
  f64v g = widened(gradient);
  if (by.l1 != 0 || by.l2 != 0) {
    const i64v up = (i64v)(x > 0.0) & (i64v)f64_splat(by.l1), down = (i64v)(x < 0.0) & (i64v)f64_splat(-by.l1);
    g = (g - by.l2 * x) - (f64v)(up | down);
  }
  const f64v first = rounded(by.beta1 * widened(mean) + (1 - by.beta1) * g, mean);
  const f64v second = rounded(by.beta2 * widened(square) + (1 - by.beta2) * g * g, square);
  const f64v step = (by.rate * (first / by.one)) / (f64_sqrt(second / by.two) + by.epsilon);
  rounded(x + rounded(step, change), values);
}

/*
 * Numbers: from, to, scratch, count, values, gradient, mean, square, change, rate, beta1, beta2, one, two, epsilon, l1, l2.
 */
static double adam(const Call *call) {
  enum { WIDTH = LANES / 2 };
  float *values = AT(float, 4), *mean = AT(float, 6), *square = AT(float, 7), *change = AT(float, 8);
  const float *gradient = AT(const float, 5);
  const Adam by = {NUMBER(9),  NUMBER(10), NUMBER(11), NUMBER(12),
                   NUMBER(13), NUMBER(14), NUMBER(15), NUMBER(16)};
  const size_t end = least(INDEX(1) * 4, INDEX(3));
  size_t k = INDEX(0) * 4;
  for (; k + WIDTH <= end; k += WIDTH) adam_lanes(values + k, gradient + k, mean + k, square + k, change + k, by);
  if (k == end) return 0;
  float last[5][WIDTH] = {{0}};
  float *const arrays[4] = {values, mean, square, change};
  for (size_t j = 0; j < end - k; j++) {
    for (int a = 0; a < 4; a++) last[a][j] = arrays[a][k + j];
    last[4][j] = gradient[k + j];
  }
  adam_lanes(last[0], last[4], last[1], last[2], last[3], by);
  for (size_t j = 0; j < end - k; j++) {
    for (int a = 0; a < 4; a++) arrays[a][k + j] = last[a][j];
  }
  return 0;
}
