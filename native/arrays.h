/* Operations on whole arrays, as in assembly/workspace-arrays.ts. */
#pragma once
#include "call.h"
#include "functions.h"

/* Numbers: from, to, scratch, values, rows, columns, out. */
static double column_sums(const Call *call) {
  const size_t end = INDEX(1), rows = INDEX(4), columns = INDEX(5);
  const float *values = AT(const float, 3);
  float *out = AT(float, 6);
  for (size_t j = INDEX(0); j < end; j += 4 * LANES) {
    const size_t width = end - j < 4 * LANES ? end - j : 4 * LANES;
    float sums[4 * LANES] = {0};
    if (width == 4 * LANES) {
      f32v c[4] = {{0}};
      for (size_t r = 0; r < rows; r++) {
        for (int k = 0; k < 4; k++) c[k] += f32_load(values + r * columns + j + (size_t)k * LANES);
      }
      for (int k = 0; k < 4; k++) f32_store(sums + k * LANES, c[k]);
    } else {
      for (size_t r = 0; r < rows; r++) {
        for (size_t k = 0; k < width; k++) sums[k] += values[r * columns + j + k];
      }
    }
    memcpy(out + j, sums, width * sizeof(float));
  }
  return 0;
}

/* Numbers: from, to, scratch, inputs, columns, slope, out. */
static double softplus_sums(const Call *call) {
  enum { WIDTH = LANES / 2, STEP = ABREAST * WIDTH };
  const size_t columns = INDEX(4);
  const f64v slope = f64_splat(NUMBER(5));
  for (size_t r = INDEX(0); r < INDEX(1); r++) {
    const float *inputs = AT(const float, 3) + r * columns;
    /* The sums over even and over odd j. */
    f64x2 sums = {0, 0};
    for (size_t j = 0; j < columns; j += STEP) {
      f64v terms[ABREAST];
      const size_t left = columns - j;
      if (left >= STEP) {
        EACH terms[q] = slope * widened(inputs + j + q * WIDTH);
        softplus(terms);
        EACH for (size_t k = 0; k < WIDTH; k += 2) sums += (f64x2){terms[q][k], terms[q][k + 1]};
      } else {
        float last[STEP] = {0};
        memcpy(last, inputs + j, left * sizeof(float));
        EACH terms[q] = slope * widened(last + q * WIDTH);
        softplus(terms);
        /* The last term of an odd count has no partner. */
        for (size_t k = 0; k < left; k++) sums[k % 2] += terms[k / WIDTH][k % WIDTH];
      }
    }
    AT(double, 6)[r] = sums[0] + sums[1];
  }
  return 0;
}

/* Four rows of four numbers, `columns` apart, to their transpose, whose rows are `rows` apart. */
INLINE void transpose_block(const float *at, size_t columns, float *out, size_t rows) {
  const f32x4 a = *(const f32x4 *)at, b = *(const f32x4 *)(at + columns);
  const f32x4 c = *(const f32x4 *)(at + 2 * columns), d = *(const f32x4 *)(at + 3 * columns);
  const f32x4 ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5), cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5);
  const f32x4 ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7), cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  *(f32x4 *)out = __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5);
  *(f32x4 *)(out + rows) = __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7);
  *(f32x4 *)(out + 2 * rows) = __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5);
  *(f32x4 *)(out + 3 * rows) = __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7);
}

/* Rows and columns whose blocks are transposed together: one line of the cache. */
enum { LINE = 16 };

/* Numbers: from, to, scratch, values, rows, columns, out: rows from ... to of the transpose. */
static double transpose_numbers(const Call *call) {
  const size_t from = INDEX(0), to = INDEX(1), rows = INDEX(4), columns = INDEX(5);
  const float *values = AT(const float, 3);
  float *out = AT(float, 6);
  for (size_t j = from; j < to; j += LINE) {
    const size_t end = least(j + LINE, to);
    for (size_t r = 0; r < rows; r += LINE) {
      const size_t last = least(r + LINE, rows);
      size_t k = j;
      for (; k + 4 <= end; k += 4) {
        size_t q = r;
        for (; q + 4 <= last; q += 4) transpose_block(values + q * columns + k, columns, out + k * rows + q, rows);
        for (; q < last; q++) {
          for (size_t l = k; l < k + 4; l++) out[l * rows + q] = values[q * columns + l];
        }
      }
      for (; k < end; k++) {
        for (size_t q = r; q < last; q++) out[k * rows + q] = values[q * columns + k];
      }
    }
  }
  return 0;
}
