/* Steps of gradient ascent with momentum and weight decay, as in assembly/workspace-ascent.ts. */
#pragma once
#include "products.h"

/* Rows ahead of which weights are fetched. */
enum { AHEAD = 4 };

typedef struct {
  float rate;
  float momentum;
  float l1;
  float l2;
} Ascent;

INLINE void ascend_lanes(float *values, float *velocity, f32v gradient, Ascent by) {
  const f32v value = f32_load(values), up = f32_splat(by.l1), down = f32_splat(-by.l1);
  const f32v shrink = (f32v)(((i32v)(value > 0.0f) & (i32v)up) | ((i32v)(value < 0.0f) & (i32v)down));
  const f32v uphill = (gradient - by.l2 * value) - shrink;
  const f32v v = by.momentum * f32_load(velocity) + by.rate * uphill;
  f32_store(velocity, v);
  f32_store(values, value + v);
}

INLINE void ascend_one(float *values, float *velocity, float gradient, Ascent by) {
  const float value = *values;
  const float shrink = value > 0 ? by.l1 : value < 0 ? -by.l1 : 0;
  *velocity = by.momentum * *velocity + by.rate * ((gradient - by.l2 * value) - shrink);
  *values = value + *velocity;
}

/* Numbers: from, to, scratch, count, values, velocity, gradient, rate, momentum, l1, l2. */
static double ascend(const Call *call) {
  const size_t count = INDEX(3), end = least(INDEX(1) * 4, count);
  float *values = AT(float, 4), *velocity = AT(float, 5);
  const float *gradient = AT(const float, 6);
  const Ascent by = {(float)NUMBER(7), (float)NUMBER(8), (float)NUMBER(9), (float)NUMBER(10)};
  size_t k = INDEX(0) * 4;
  for (; k + LANES <= end; k += LANES) ascend_lanes(values + k, velocity + k, f32_load(gradient + k), by);
  for (; k < end; k++) ascend_one(values + k, velocity + k, gradient[k], by);
  return 0;
}

/* A product of bits, scale A B + bias. */
typedef struct {
  size_t inner;
  const uint8_t *a;
  size_t stride;
  const float *b;
  const float *bias;
  float scale;
  /* Rows of `inner` before the last chunk, whose sums are stored; the rows of the last one lie in a panel of their own. */
  size_t before;
  float *panel;
  float *sums;
} Term;

/* Rows of B in the panel of a term. */
enum { TERM_CHUNK = PANEL_BYTES / 2 / (COLUMNS * 4) / 64 * 64 };

/* The term at number k: inner, a, stride, b, bias, scale. */
INLINE Term term_at(const Call *call, int k, char *scratch, int index) {
  const size_t inner = INDEX(k);
  return (Term){
      inner,
      AT(const uint8_t, k + 1),
      INDEX(k + 2),
      AT(const float, k + 3),
      AT(const float, k + 4),
      (float)NUMBER(k + 5),
      inner == 0 ? 0 : (inner - 1) / TERM_CHUNK * TERM_CHUNK,
      (float *)(scratch + index * (PANEL_BYTES / 2)),
      (float *)(scratch + PANEL_BYTES + index * SUMS_BYTES)};
}

/* The sums of a block for a group of rows up to the last chunk, which is packed. */
static void begin_term(const Term *term, size_t columns, size_t row, size_t group, size_t column, size_t width) {
  for (size_t j = 0;; j += TERM_CHUNK) {
    const size_t count = least(TERM_CHUNK, term->inner - j);
    pack(term->b + j * columns + column, columns, count, width, COLUMNS, term->panel);
    if (j == term->before) return;
    const Chunk of = {term->a + row * term->stride + j / 8, term->stride, count, term->panel};
    add_chunk(of, group, REGISTERS, j == 0, 0, term->sums, 0, row, column, width);
  }
}

/* Its result for row r of the group. */
INLINE void end_term(Term of, size_t row, size_t r, size_t column, int registers, f32v c[REGISTERS]) {
  const uint8_t *const bits = of.a + (row + r) * of.stride + of.before / 8;
  EACH_REGISTER c[k] = of.before == 0 ? (f32v){} : f32_load(of.sums + r * COLUMNS + k * LANES);
  add_ones(bits, of.inner - of.before, of.panel, COLUMNS, registers, c);
  EACH_REGISTER {
    const f32v bias = of.bias == 0 ? (f32v){} : f32_load(of.bias + column + k * LANES);
    c[k] = f32_splat(of.scale) * c[k] + bias;
  }
}

/* A step of the values in a block of columns and a group of rows. */
INLINE void ascend_block(
    const Term terms[2], size_t row, size_t group, size_t column, size_t width, int registers, float *values,
    float *velocity, size_t columns, Ascent by) {
  /* Copies: what is stored below cannot change them. */
  const Term positive = terms[0], negative = terms[1];
  for (size_t r = 0; r < group; r++, values += columns, velocity += columns) {
    f32v first[REGISTERS], second[REGISTERS];
    for (int k = 0; k <= registers * LANES; k += 16) {
      __builtin_prefetch(values + AHEAD * columns + k, 1);
      __builtin_prefetch(velocity + AHEAD * columns + k, 1);
    }
    end_term(positive, row, r, column, registers, first);
    end_term(negative, row, r, column, registers, second);
    EACH_REGISTER {
      const f32v gradient = first[k] + second[k];
      const size_t at = (size_t)k * LANES;
      if (width - at >= LANES) ascend_lanes(values + at, velocity + at, gradient, by);
      else
        for (size_t q = at; q < width; q++) ascend_one(values + q, velocity + q, gradient[q - at], by);
    }
  }
}

/*
 * Numbers: from, to, scratch, rows, columns, two terms, values, velocity, rate, momentum, l1, l2. The part counts as in
 * products. The last chunks of both terms are added in registers, and the step is made from there.
 */
static double ascend_products(const Call *call) {
  const size_t rows = INDEX(3), columns = INDEX(4);
  const size_t from = INDEX(0) * PART, end = least(INDEX(1) * PART, columns);
  const Term terms[2] = {term_at(call, 5, AT(char, 2), 0), term_at(call, 11, AT(char, 2), 1)};
  const Ascent by = {(float)NUMBER(19), (float)NUMBER(20), (float)NUMBER(21), (float)NUMBER(22)};
  /* Without sums to store, all rows are one group. */
  const size_t most = terms[0].before + terms[1].before == 0 ? rows : GROUP;
  for (size_t row = 0; row < rows; row += most) {
    const size_t group = least(most, rows - row);
    for (size_t column = from; column < end; column += COLUMNS) {
      const size_t width = least(COLUMNS, end - column);
      for (int t = 0; t < 2; t++) begin_term(&terms[t], columns, row, group, column, width);
      float *values = AT(float, 17) + row * columns + column, *velocity = AT(float, 18) + row * columns + column;
#define ASCEND(registers) ascend_block(terms, row, group, column, width, registers, values, velocity, columns, by)
      WITH_REGISTERS(width, ASCEND)
#undef ASCEND
    }
  }
  return 0;
}
