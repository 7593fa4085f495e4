/* Steps of gradient ascent with momentum and weight decay, as in assembly/workspace-ascent.ts. */
#pragma once
#include "products.h"

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

/* A product of bits, scale A B + bias, and its place in the scratch of a thread. */
typedef struct {
  size_t inner;
  const uint8_t *a;
  size_t stride;
  const float *b;
  const float *bias;
  float scale;
  Lists lists;
  float *sums;
} Term;

/* The scratch of a thread holds a panel and the sums of a term, those of the other one, and lists and starts of both. */
enum { PACKED = CHUNK * COLUMNS * 4, TERM_LISTS = LIST_BYTES / 2, TERM_STARTS = START_BYTES / 2 };
enum { TERM_GROUP = GROUP < TERM_LISTS / 2 / CHUNK ? GROUP : TERM_LISTS / 2 / CHUNK };
_Static_assert(PACKED + SUMS_BYTES <= PANEL_BYTES, "the sums of a term lie behind the panel");
_Static_assert((TERM_GROUP + 1) * 4 <= TERM_STARTS, "there is room for where the lists begin");

/* The term at number k: inner, a, stride, b, bias, scale. */
INLINE Term term_at(const Call *call, int k, char *lists, char *starts, char *sums) {
  return (Term){
      INDEX(k),
      AT(const uint8_t, k + 1),
      INDEX(k + 2),
      AT(const float, k + 3),
      AT(const float, k + 4),
      (float)NUMBER(k + 5),
      {(uint16_t *)lists, (uint32_t *)starts},
      (float *)sums};
}

/* The sums of a block of columns of A B for a group of rows; the ones of short rows are listed already. */
static void add_term(
    const Term *term, size_t columns, size_t row, size_t group, size_t column, size_t width, float *panel) {
  const size_t inner = term->inner;
  size_t j = 0;
  do {
    const size_t count = least(CHUNK, inner - j);
    if (inner > CHUNK) list_ones(term->a + row * term->stride, term->stride, group, j, j + count, term->lists, 0);
    pack(term->b + j * columns + column, columns, count, width, COLUMNS, panel);
    add_ones(panel, term->lists, group, j == 0, 0, term->sums, 0, row, column, width);
    j += count;
  } while (j < inner);
}

INLINE f32v term_lanes(const Term *term, const float *sums, size_t column) {
  return f32_splat(term->scale) * f32_load(sums) + (term->bias == 0 ? (f32v){} : f32_load(term->bias + column));
}

INLINE float term_one(const Term *term, const float *sums, size_t column) {
  return term->scale * *sums + (term->bias == 0 ? 0 : term->bias[column]);
}

/*
 * Numbers: from, to, scratch, rows, columns, two terms, values, velocity, rate, momentum, l1, l2. The part counts as in
 * products.
 */
static double ascend_products(const Call *call) {
  const size_t rows = INDEX(3), columns = INDEX(4);
  const size_t from = INDEX(0) * PART, end = least(INDEX(1) * PART, columns);
  char *const scratch = AT(char, 2), *const lists = scratch + PANEL_BYTES + SUMS_BYTES;
  char *const starts = lists + LIST_BYTES;
  float *const panel = (float *)scratch;
  const Term terms[2] = {
      term_at(call, 5, lists, starts, scratch + PACKED),
      term_at(call, 11, lists + TERM_LISTS, starts + TERM_STARTS, scratch + PANEL_BYTES)};
  const Ascent by = {(float)NUMBER(19), (float)NUMBER(20), (float)NUMBER(21), (float)NUMBER(22)};
  for (size_t row = 0; row < rows; row += TERM_GROUP) {
    const size_t group = least(TERM_GROUP, rows - row);
    for (int t = 0; t < 2; t++) {
      const Term *const term = &terms[t];
      if (term->inner <= CHUNK)
        list_ones(term->a + row * term->stride, term->stride, group, 0, term->inner, term->lists, 0);
    }
    for (size_t column = from; column < end; column += COLUMNS) {
      const size_t width = least(COLUMNS, end - column);
      for (int t = 0; t < 2; t++) add_term(&terms[t], columns, row, group, column, width, panel);
      for (size_t r = 0; r < group; r++) {
        const float *const first = terms[0].sums + r * COLUMNS, *const second = terms[1].sums + r * COLUMNS;
        float *const values = AT(float, 17) + (row + r) * columns + column;
        float *const velocity = AT(float, 18) + (row + r) * columns + column;
        size_t k = 0;
        for (; k + LANES <= width; k += LANES) {
          const f32v gradient =
              term_lanes(&terms[0], first + k, column + k) + term_lanes(&terms[1], second + k, column + k);
          ascend_lanes(values + k, velocity + k, gradient, by);
        }
        for (; k < width; k++) {
          const float gradient =
              term_one(&terms[0], first + k, column + k) + term_one(&terms[1], second + k, column + k);
          ascend_one(values + k, velocity + k, gradient, by);
        }
      }
    }
  }
  return 0;
}
