/* Operations of dense associative memories, as in assembly/workspace-gaps.ts. */
#pragma once
#include "call.h"
#include "simd.h"

/* Numbers of a row that are added up apart, and the registers that hold their sums. */
enum { SUMS = 16, SUM_REGISTERS = SUMS / LANES };
/* Columns whose powers are kept at a time, behind the sums of all classes. */
enum { GAP_CHUNK = 4096, KEPT = 4096 * SUMS * 4 };
/* Columns whose gradients by the shifts stay in the nearest cache, and columns of a step of ascent. */
enum { GAP_BLOCK = 128, ASCENT_BLOCK = 1024 };

INLINE f32v raised(f32v x, uint32_t exponent) {
  f32v result = f32_splat(1);
  for (;;) {
    if (exponent & 1) result *= x;
    exponent >>= 1;
    if (exponent == 0) return result;
    x *= x;
  }
}

INLINE f32v above(f32v x, float least) { return (f32v)((i32v)x & (i32v)(x > f32_splat(least))); }

/* The first `count` numbers, and zeros. */
INLINE f32v f32_load_some(const float *at, size_t count) {
  f32v value = {};
  if (count >= LANES) value = f32_load(at);
  else memcpy(&value, at, count * sizeof(float));
  return value;
}

/* Calls CASE with a constant for the powers that are used most, which unrolls the loop of `raised`. */
#define WITH_EXPONENT(exponent, CASE) \
  switch (exponent) { \
    case 1: CASE(1); break; \
    case 2: CASE(2); break; \
    case 3: CASE(3); break; \
    case 19: CASE(19); break; \
    case 20: CASE(20); break; \
    case 29: CASE(29); break; \
    case 30: CASE(30); break; \
    default: CASE(exponent); \
  }

/* sums += F(x + s) - F(x) for `count` numbers, the second term from `kept`. */
INLINE void add_gaps(
    const float *x, const float *shifts, const float *kept, size_t count, uint32_t power, float least, float *sums) {
  f32v s[SUM_REGISTERS];
  for (int q = 0; q < SUM_REGISTERS; q++) s[q] = f32_load(sums + q * LANES);
  size_t k = 0;
  for (; k + SUMS <= count; k += SUMS) {
    for (int q = 0; q < SUM_REGISTERS; q++) {
      const size_t at = k + (size_t)q * LANES;
      s[q] += raised(above(f32_load(x + at) + f32_load(shifts + at), least), power) - f32_load(kept + at);
    }
  }
  /* Beyond the last number a sum gets 0 - 0. */
  for (int q = 0; q < SUM_REGISTERS && k < count; q++, k += LANES) {
    const f32v on = f32_load_some(x + k, count - k) + f32_load_some(shifts + k, count - k);
    s[q] += raised(above(on, least), power) - f32_load_some(kept + k, count - k);
  }
  for (int q = 0; q < SUM_REGISTERS; q++) f32_store(sums + q * LANES, s[q]);
}

INLINE void raise_all(const float *x, size_t count, uint32_t power, float least, float *out) {
  for (size_t k = 0; k < count; k += LANES) {
    f32_store_some(out + k, raised(above(f32_load_some(x + k, count - k), least), power), count - k);
  }
}

/* Numbers: from, to, scratch, columns, classes, power, least, overlaps, shifts, out. */
static double energy_gaps(const Call *call) {
  const size_t columns = INDEX(3), classes = INDEX(4);
  const uint32_t power = WORD(5);
  const float floor = (float)NUMBER(6), *shifts = AT(const float, 8);
  float *sums = AT(float, 2), *kept = (float *)(AT(char, 2) + KEPT);
  for (size_t r = INDEX(0); r < INDEX(1); r++) {
    memset(sums, 0, classes * SUMS * sizeof(float));
    for (size_t first = 0; first < columns; first += GAP_CHUNK) {
      const size_t count = least(GAP_CHUNK, columns - first);
      const float *x = AT(const float, 7) + r * columns + first;
#define CHUNK_OF(power) \
  do { \
    raise_all(x, count, power, floor, kept); \
    for (size_t c = 0; c < classes; c++) \
      add_gaps(x, shifts + c * columns + first, kept, count, power, floor, sums + c * SUMS); \
  } while (0)
      WITH_EXPONENT(power, CHUNK_OF)
#undef CHUNK_OF
    }
    for (size_t c = 0; c < classes; c++) {
      double total = 0;
      for (size_t k = 0; k < SUMS; k++) total += sums[c * SUMS + k];
      AT(double, 9)[r * classes + c] = total;
    }
  }
  return 0;
}

/* A class whose weight is not 0: where its numbers begin. */
typedef struct {
  uint32_t offset;
  float weight;
} Weighted;

/* One row of a block of columns. */
INLINE void add_gradients(
    const float *x, const float *shifts, float *shift_gradients, const Weighted *used, size_t count, float total,
    size_t width, uint32_t exponent, float least, float *out) {
  for (size_t k = 0; k < width; k += LANES) {
    const size_t left = width - k;
    const f32v own = f32_load_some(x + k, left);
    f32v sum = {};
    for (size_t e = 0; e < count; e++) {
      const size_t at = used[e].offset + k;
      const f32v on = above(own + f32_load_some(shifts + at, left), least);
      const f32v term = used[e].weight * raised(on, exponent);
      sum += term;
      f32_store_some(shift_gradients + at, f32_load_some(shift_gradients + at, left) + term, left);
    }
    f32_store_some(out + k, sum - total * raised(above(own, least), exponent), left);
  }
}

/* Numbers: from, to, scratch, rows, columns, classes, power, least, overlaps, shifts, weights, out, shiftGradients. */
static double gap_gradients(const Call *call) {
  const size_t to = INDEX(1), rows = INDEX(3), columns = INDEX(4), classes = INDEX(5);
  const uint32_t exponent = WORD(6) - 1;
  const float floor = (float)NUMBER(7), *shifts = AT(const float, 9), *weights = AT(const float, 10);
  float *shift_gradients = AT(float, 12);
  Weighted *used = AT(Weighted, 2);
  for (size_t first = INDEX(0); first < to; first += GAP_BLOCK) {
    const size_t width = least(GAP_BLOCK, to - first);
    for (size_t c = 0; c < classes; c++) memset(shift_gradients + c * columns + first, 0, width * sizeof(float));
    for (size_t r = 0; r < rows; r++) {
      size_t count = 0;
      float total = 0;
      for (size_t c = 0; c < classes; c++) {
        const float weight = weights[r * classes + c];
        total += weight;
        if (weight != 0) used[count++] = (Weighted){(uint32_t)(c * columns + first), weight};
      }
      const float *x = AT(const float, 8) + r * columns + first;
      float *out = AT(float, 11) + r * columns + first;
#define ROW_OF(exponent) add_gradients(x, shifts, shift_gradients, used, count, total, width, exponent, floor, out)
      WITH_EXPONENT(exponent, ROW_OF)
#undef ROW_OF
    }
  }
  return 0;
}

/* Numbers: from, to, scratch, rows, columns, values, velocity, gradient, keep, gain, rate. */
static double ascend_columns(const Call *call) {
  const size_t to = INDEX(1), rows = INDEX(3), columns = INDEX(4);
  const float keep = (float)NUMBER(8), gain = (float)NUMBER(9), rate = (float)NUMBER(10);
  float *largest = AT(float, 2);
  for (size_t first = INDEX(0); first < to; first += ASCENT_BLOCK) {
    const size_t count = least(ASCENT_BLOCK, to - first);
    memset(largest, 0, count * sizeof(float));
    for (size_t r = 0; r < rows; r++) {
      float *velocity = AT(float, 6) + r * columns + first;
      const float *gradient = AT(const float, 7) + r * columns + first;
      for (size_t k = 0; k < count; k += LANES) {
        const size_t left = count - k;
        const f32v v = keep * f32_load_some(velocity + k, left) + gain * f32_load_some(gradient + k, left);
        f32_store_some(velocity + k, v, left);
        const f32v size = (f32v)((i32v)v & 0x7fffffff), most = f32_load_some(largest + k, left);
        f32_store_some(largest + k, f32_select((i32v)(size > most), size, most), left);
      }
    }
    for (size_t k = 0; k < count; k++) largest[k] = largest[k] >= 0x1p-126f ? rate / largest[k] : 0;
    for (size_t r = 0; r < rows; r++) {
      float *values = AT(float, 5) + r * columns + first;
      const float *velocity = AT(const float, 6) + r * columns + first;
      for (size_t k = 0; k < count; k += LANES) {
        const size_t left = count - k;
        const f32v step = f32_load_some(largest + k, left) * f32_load_some(velocity + k, left);
        const f32v value = f32_load_some(values + k, left) + step;
        const f32v top = f32_select((i32v)(value > 1.0f), f32_splat(1), value);
        f32_store_some(values + k, f32_select((i32v)(value < -1.0f), f32_splat(-1), top), left);
      }
    }
  }
  return 0;
}
