/* Operations that combine two arrays, and those on the rows of a matrix, as in assembly/workspace-tensors.ts. */
#pragma once
#include "call.h"
#include "elements.h"

enum { ADD, SUBTRACT, MULTIPLY };

INLINE f32v combined(int operation, f32v x, f32v y) {
  return operation == ADD ? x + y : operation == SUBTRACT ? x - y : x * y;
}

INLINE void combine_array(int operation, size_t count, const float *a, const float *b, float *out) {
  for (size_t k = 0; k < count; k += LANES) {
    f32_store_some(out + k, combined(operation, f32_load(a + k), f32_load(b + k)), count - k);
  }
}

INLINE void combine_number(int operation, size_t count, const float *a, float b, float *out) {
  const f32v y = f32_splat(b);
  for (size_t k = 0; k < count; k += LANES) f32_store_some(out + k, combined(operation, f32_load(a + k), y), count - k);
}

#define WITH_OPERATION(CALL) \
  switch (INDEX(4)) { \
    case ADD: CALL(ADD); break; \
    case SUBTRACT: CALL(SUBTRACT); break; \
    default: CALL(MULTIPLY); \
  }

/* Numbers: from, to, scratch, count, operation, a, b, isOne, out. */
static double combine_arrays(const Call *call) {
  const size_t first = INDEX(0) * 4, count = least(INDEX(1) * 4, INDEX(3)) - first;
  const float *a = AT(const float, 5) + first, *b = AT(const float, 6);
  float *out = AT(float, 8) + first;
#define COMBINE(operation) \
  if (NUMBER(7) != 0) combine_number(operation, count, a, *b, out); \
  else combine_array(operation, count, a, b + first, out)
  WITH_OPERATION(COMBINE)
#undef COMBINE
  return 0;
}

/* Numbers: from, to, scratch, columns, operation, a, b, perRow, out. */
static double combine_rows(const Call *call) {
  const size_t from = INDEX(0), to = INDEX(1), columns = INDEX(3);
  const float *a = AT(const float, 5), *b = AT(const float, 6);
  float *out = AT(float, 8);
  const int perRow = NUMBER(7) != 0;
#define COMBINE(operation) \
  for (size_t r = from; r < to; r++) { \
    if (perRow) combine_number(operation, columns, a + r * columns, b[r], out + r * columns); \
    else combine_array(operation, columns, a + r * columns, b, out + r * columns); \
  }
  WITH_OPERATION(COMBINE)
#undef COMBINE
  return 0;
}

/* Registers of the sixteen sums of a row. */
enum { SIXTEEN = 16 / LANES };

INLINE float total(const f32v sums[SIXTEEN]) {
  f32x4 q[4];
  memcpy(q, sums, sizeof q);
  const f32x4 four = (q[0] + q[2]) + (q[1] + q[3]);
  return (four[0] + four[2]) + (four[1] + four[3]);
}

/* Numbers: from, to, scratch, values, columns, out. */
static double row_sums(const Call *call) {
  const size_t columns = INDEX(4);
  for (size_t r = INDEX(0); r < INDEX(1); r++) {
    const float *x = AT(const float, 3) + r * columns;
    f32v sums[SIXTEEN] = {{0}};
    size_t j = 0;
    for (; j + 16 <= columns; j += 16) {
      for (int q = 0; q < SIXTEEN; q++) sums[q] += f32_load(x + j + q * LANES);
    }
    for (int q = 0; q < SIXTEEN; q++, j += LANES) {
      sums[q] += (f32v)((i32v)f32_load(x + j) & first_lanes(j < columns ? columns - j : 0));
    }
    AT(float, 5)[r] = total(sums);
  }
  return 0;
}

/* The largest number that is not NaN, or 0 if none is above -Infinity. */
INLINE float largest(const float *x, size_t count) {
  const f32v lowest = f32_splat(-__builtin_inff());
  f32v m = lowest, n = lowest;
  size_t j = 0;
  for (; j + 2 * LANES <= count; j += 2 * LANES) {
    m = f32_max(m, f32_load(x + j));
    n = f32_max(n, f32_load(x + j + LANES));
  }
  for (; j < count; j += LANES) m = f32_max(m, f32_select(first_lanes(count - j), f32_load(x + j), lowest));
  f32x4 q[LANES / 4];
  m = f32_max(m, n);
  memcpy(q, &m, sizeof m);
  float largest = -__builtin_inff();
  for (int k = 1; k < LANES / 4; k++) {
    const i32x4 less = (i32x4)(q[0] < q[k]);
    q[0] = (f32x4)(((i32x4)q[k] & less) | ((i32x4)q[0] & ~less));
  }
  for (int k = 0; k < 4; k++) largest = q[0][k] > largest ? q[0][k] : largest;
  return largest == -__builtin_inff() ? 0 : largest;
}

/* Terms e^(x_j - shift) for the next 16 or fewer j, `left` of them; those beyond are 0. */
INLINE void weights(const float *x, f32v shift, size_t left, f32v terms[SIXTEEN]) {
  for (int q = 0; q < SIXTEEN; q++) {
    const size_t before = (size_t)q * LANES;
    if (q > 0 && left <= before) {
      terms[q] = (f32v){};
      continue;
    }
    terms[q] = exp_of_negative(f32_load(x + before) - shift);
    if (left < before + LANES) terms[q] = (f32v)((i32v)terms[q] & first_lanes(left - before));
  }
}

/* The sum of e^(x_j - shift) of a row; the terms go to `out` unless that is 0. */
INLINE float weigh(const float *x, size_t count, float shift, float *out) {
  f32v sums[SIXTEEN] = {{0}}, terms[SIXTEEN];
  const f32v less = f32_splat(shift);
  size_t j = 0;
  for (; j + 16 <= count; j += 16) {
    weights(x + j, less, 16, terms);
    for (int q = 0; q < SIXTEEN; q++) {
      if (out != 0) f32_store(out + j + q * LANES, terms[q]);
      sums[q] += terms[q];
    }
  }
  if (j < count) {
    weights(x + j, less, count - j, terms);
    for (int q = 0; q < SIXTEEN; q++) {
      const size_t at = j + (size_t)q * LANES;
      if (out != 0 && at < count) f32_store_some(out + at, terms[q], count - at);
      sums[q] += terms[q];
    }
  }
  return total(sums);
}

/* Numbers: from, to, scratch, values, columns, out. */
static double softmax(const Call *call) {
  const size_t columns = INDEX(4);
  for (size_t r = INDEX(0); r < INDEX(1); r++) {
    const float *x = AT(const float, 3) + r * columns;
    float *out = AT(float, 5) + r * columns;
    const float shift = largest(x, columns);
    if (columns <= 16) {
      /* The weights of short rows stay in registers. */
      f32v terms[SIXTEEN];
      weights(x, f32_splat(shift), columns, terms);
      const float sum = total(terms);
      const f32v by = f32_splat(sum == 0 ? 1 : sum);
      for (size_t q = 0; q < SIXTEEN; q++) {
        if (q * LANES < columns) f32_store_some(out + q * LANES, terms[q] / by, columns - q * LANES);
      }
    } else {
      const float sum = weigh(x, columns, shift, out);
      const f32v by = f32_splat(sum == 0 ? 1 : sum);
      for (size_t j = 0; j < columns; j += LANES) f32_store_some(out + j, f32_load(out + j) / by, columns - j);
    }
  }
  return 0;
}

/* Numbers: from, to, scratch, values, columns, out. */
static double log_sum_exps(const Call *call) {
  const size_t to = INDEX(1), columns = INDEX(4);
  float *out = AT(float, 5);
  for (size_t r = INDEX(0); r < to; r += LANES) {
    const size_t rows = least(LANES, to - r);
    f32v shifts = {0}, sums = {0};
    for (size_t k = 0; k < rows; k++) {
      const float *x = AT(const float, 3) + (r + k) * columns;
      const float shift = largest(x, columns);
      ((float *)&shifts)[k] = shift;
      ((float *)&sums)[k] = weigh(x, columns, shift, 0);
    }
    f32_store_some(out + r, shifts + log_of(sums), rows);
  }
  return 0;
}
