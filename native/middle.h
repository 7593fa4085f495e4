/* The p x p matrix between the patterns, as in assembly/middle.ts: sums that can round run in the order of the formula. */
#pragma once
#include "call.h"
#include "lanes.h"

INLINE void multiply_middle(const double *middle, size_t width, size_t count, const double *factors, double *out) {
  enum { WIDTH = VECTOR / 8, BLOCK = 16 };
  for (size_t column = 0; column < width; column += BLOCK) {
    f64v c[BLOCK / WIDTH] = {{0}};
    const double *row = middle + column;
    for (size_t nu = 0; nu < count; nu++, row += width) {
      const f64v factor = f64_splat(factors[nu]);
      for (int k = 0; k < BLOCK / WIDTH; k++) c[k] += *(const f64v *)(row + k * WIDTH) * factor;
    }
    for (int k = 0; k < BLOCK / WIDTH; k++) *(f64v *)(out + column + (size_t)k * WIDTH) = c[k];
  }
}

/* `gridShift` of src/math/grid.ts. */
INLINE double grid_shift(double magnitude) {
  double power = 1;
  while (power < magnitude) power *= 2;
  while (power * 0.5 >= magnitude && power > 0x1p-900) power *= 0.5;
  return power * 3;
}

INLINE void round_to_grid(double *values, size_t count) {
  double magnitude = 0;
  for (size_t k = 0; k < count; k++) magnitude += __builtin_fabs(values[k]);
  const double shift = grid_shift(magnitude);
  for (size_t k = 0; k < count; k++) values[k] = (values[k] + shift) - shift;
}

/* Numbers: middle, stride, count, factors, out. */
static double multiply(const Call *call) {
  multiply_middle(AT(const double, 0), INDEX(1) / 8, INDEX(2), AT(const double, 3), AT(double, 4));
  return 0;
}
