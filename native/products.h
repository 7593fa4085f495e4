/*
 * Products of single-precision matrices, out = keep out + scale A B + bias, as in assembly/workspace-product.ts. A block of
 * columns of B is packed so that it stays in the nearest cache while row after row of A adds up its own rows of it. Each
 * sum runs over `inner` in rising order, whatever the width of a block.
 */
#pragma once
#include "call.h"
#include "simd.h"

/* Columns that threads divide are counted in units of 28, the block of assembly/. */
enum { PART = 28 };

/* The scratch of a thread: the panel, the sums of a block, and the lists of ones and where they begin. */
enum { SCRATCH = 5 * 65536, PANEL_BYTES = 112 * 1024, SUMS_BYTES = 64 * 1024 };
enum { LIST_BYTES = 128 * 1024, START_BYTES = SCRATCH - PANEL_BYTES - SUMS_BYTES - LIST_BYTES };

/* Registers of a block of sums of a product of bits; rows and registers of one of a dense product. */
#if VECTOR == 64
enum { REGISTERS = 4, DENSE_ROWS = 4, DENSE_REGISTERS = 3 };
#else
enum { REGISTERS = 8, DENSE_ROWS = 4, DENSE_REGISTERS = 2 };
#endif
/* Columns of a block, and the rows of B that are packed at a time: they fit in the nearest cache. */
enum { COLUMNS = REGISTERS * LANES, CHUNK = 28 * 1024 / (COLUMNS * 4) / 8 * 8 };
/* Rows of A that are worked on together. */
enum { GROUP = SUMS_BYTES / (COLUMNS * 4) };

typedef struct {
  const float *b;
  size_t stride;
  float *out;
  const float *bias;
  float scale;
  float keep;
} Target;

INLINE size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* `count` rows of `width` columns of B, side by side in rows of `room` columns; those beyond are zeros. */
INLINE void pack(const float *b, size_t stride, size_t count, size_t width, size_t room, float *panel) {
  for (size_t j = 0; j < count; j++) {
    if (width == room) {
      for (size_t k = 0; k < room; k += LANES) f32_store(panel + k, f32_load(b + k));
    } else {
      memcpy(panel, b, width * sizeof(float));
      memset(panel + width, 0, (room - width) * sizeof(float));
    }
    b += stride;
    panel += room;
  }
}

/* From a sum of a register to out, for the first `width` lanes. */
INLINE void finish(f32v sum, const float *bias, float scale, float keep, float *out, size_t width) {
  if (width >= LANES) {
    f32v value = f32_splat(scale) * sum + (bias == 0 ? (f32v){} : f32_load(bias));
    if (keep != 0) value = f32_splat(keep) * f32_load(out) + value;
    f32_store(out, value);
    return;
  }
  for (size_t k = 0; k < width; k++) {
    const float value = scale * sum[k] + (bias == 0 ? 0 : bias[k]);
    out[k] = keep == 0 ? value : keep * out[k] + value;
  }
}

INLINE void finish_registers(
    const f32v *sums, int registers, const Target *to, size_t row, size_t column, size_t width) {
  float *out = to->out + row * to->stride + column;
  const float *bias = to->bias == 0 ? 0 : to->bias + column;
  for (int k = 0; k < registers && (size_t)k * LANES < width; k++) {
    finish(sums[k], bias == 0 ? 0 : bias + k * LANES, to->scale, to->keep, out + k * LANES, width - (size_t)k * LANES);
  }
}

/* Where in a product of bits the ones of a chunk are listed. */
typedef struct {
  uint16_t *list;
  uint32_t *starts;
} Lists;

/*
 * Lists the ones among the bits `from` to `to` of each row as offsets in the panel, and where the list of each row begins.
 * Returns the end of the lists.
 */
INLINE uint32_t
list_ones(const uint8_t *a, size_t stride, size_t rows, size_t from, size_t to, Lists at, uint32_t end) {
  for (size_t r = 0; r < rows; r++) {
    at.starts[r] = end;
    for (size_t j = from; j < to; j += 64) {
      uint64_t word;
      memcpy(&word, a + r * stride + j / 8, 8);
      if (to - j < 64) word &= ((uint64_t)1 << (to - j)) - 1;
      for (; word != 0; word &= word - 1) {
        at.list[end++] = (uint16_t)((j - from + (size_t)__builtin_ctzll(word)) * (COLUMNS * 4));
      }
    }
  }
  at.starts[rows] = end;
  return end;
}

/* Rows of the panel that are listed are added to the sums of `registers` registers, for one row of A after the other. */
INLINE void add_listed(
    const float *panel, Lists at, size_t rows, int registers, int first, int last, float *sums, const Target *to,
    size_t row, size_t column, size_t width) {
  for (size_t r = 0; r < rows; r++, sums += COLUMNS) {
    f32v c[REGISTERS];
    for (int k = 0; k < registers; k++) c[k] = first ? (f32v){} : f32_load(sums + k * LANES);
    const uint16_t *const end = at.list + at.starts[r + 1];
    for (const uint16_t *one = at.list + at.starts[r]; one < end; one++) {
      const float *const values = (const float *)((const char *)panel + *one);
      for (int k = 0; k < registers; k++) c[k] += f32_load(values + k * LANES);
    }
    if (last) finish_registers(c, registers, to, row + r, column, width);
    else
      for (int k = 0; k < registers; k++) f32_store(sums + k * LANES, c[k]);
  }
}

/* The same with the number of registers known to the compiler. */
static void add_ones(
    const float *panel, Lists at, size_t rows, int first, int last, float *sums, const Target *to, size_t row,
    size_t column, size_t width) {
  switch ((width + LANES - 1) / LANES) {
    /* clang-format off */
#define CASE(n) case n: add_listed(panel, at, rows, n, first, last, sums, to, row, column, width); break;
    CASE(1) CASE(2) CASE(3) CASE(4)
#if VECTOR != 64
    CASE(5) CASE(6) CASE(7) CASE(8)
#endif
/* clang-format on */
#undef CASE
  }
}

/* Rows up to this number are not worth packing B: its rows are added from where they lie. */
enum { FEW = 4 };

/* The product of one row of bits with a block of columns of B. */
INLINE void add_in_place(
    const uint8_t *bits, size_t inner, int registers, const Target *to, size_t row, size_t column, size_t width) {
  f32v c[REGISTERS];
  for (int k = 0; k < registers; k++) c[k] = (f32v){};
  for (size_t j = 0; j < inner; j += 64) {
    uint64_t word;
    memcpy(&word, bits + j / 8, 8);
    if (inner - j < 64) word &= ((uint64_t)1 << (inner - j)) - 1;
    for (; word != 0; word &= word - 1) {
      const float *const values = to->b + (j + (size_t)__builtin_ctzll(word)) * to->stride + column;
      for (int k = 0; k < registers; k++) c[k] += f32_load(values + k * LANES);
    }
  }
  finish_registers(c, registers, to, row, column, width);
}

static void few_rows_of_bits(
    const uint8_t *a, size_t stride, size_t rows, size_t inner, const Target *to, size_t from, size_t end) {
  for (size_t row = 0; row < rows; row++) {
    for (size_t column = from; column < end; column += COLUMNS) {
      const uint8_t *const bits = a + row * stride;
      const size_t width = least(COLUMNS, end - column);
      switch ((width + LANES - 1) / LANES) {
        /* clang-format off */
#define CASE(n) case n: add_in_place(bits, inner, n, to, row, column, width); break;
        CASE(1) CASE(2) CASE(3) CASE(4)
#if VECTOR != 64
        CASE(5) CASE(6) CASE(7) CASE(8)
#endif
#undef CASE
        /* clang-format on */
      }
    }
  }
}

/* Numbers: from, to, scratch, rows, inner, columns, a, stride, b, out, bias, scale, keep. */
static double bits_product(const Call *call) {
  const size_t rows = INDEX(3), inner = INDEX(4), columns = INDEX(5), stride = INDEX(7);
  const size_t from = INDEX(0) * PART, end = least(INDEX(1) * PART, columns);
  const uint8_t *a = AT(const uint8_t, 6);
  const Target to = {AT(const float, 8),  columns,           AT(float, 9),
                     AT(const float, 10), (float)NUMBER(11), (float)NUMBER(12)};
  if (rows <= FEW) {
    few_rows_of_bits(a, stride, rows, inner, &to, from, end);
    return 0;
  }
  char *const scratch = AT(char, 2);
  float *const panel = (float *)scratch;
  float *const sums = (float *)(scratch + PANEL_BYTES);
  const Lists lists = {
      (uint16_t *)(scratch + PANEL_BYTES + SUMS_BYTES), (uint32_t *)(scratch + PANEL_BYTES + SUMS_BYTES + LIST_BYTES)};

  size_t chunks = (inner + CHUNK - 1) / CHUNK;
  if (chunks == 0) chunks = 1;
  const size_t chunk = ((inner + chunks - 1) / chunks + 7) / 8 * 8;
  /* All ones of a group are listed once, unless that takes too much room: then for each block of columns, chunk by chunk. */
  size_t group = least(GROUP, START_BYTES / 4 / chunks - 1);
  const size_t fitting = inner == 0 ? group : LIST_BYTES / 2 / inner;
  const int isListed = fitting >= 32 && group >= 32;
  group = isListed ? least(group, fitting) : least(GROUP, LIST_BYTES / 2 / CHUNK);

  for (size_t row = 0; row < rows; row += group) {
    const size_t count = least(group, rows - row);
    const uint8_t *const bits = a + row * stride;
    if (isListed) {
      uint32_t listed = 0;
      for (size_t k = 0; k < chunks; k++) {
        const Lists at = {lists.list, lists.starts + k * (count + 1)};
        listed = list_ones(bits, stride, count, least(k * chunk, inner), least((k + 1) * chunk, inner), at, listed);
      }
    }
    for (size_t column = from; column < end; column += COLUMNS) {
      const size_t width = least(COLUMNS, end - column);
      for (size_t k = 0; k < chunks; k++) {
        const size_t first = least(k * chunk, inner), next = least(first + chunk, inner);
        const Lists at = {lists.list, isListed ? lists.starts + k * (count + 1) : lists.starts};
        if (!isListed) list_ones(bits, stride, count, first, next, at, 0);
        pack(to.b + first * columns + column, columns, next - first, width, COLUMNS, panel);
        add_ones(panel, at, count, k == 0, k + 1 == chunks, sums, &to, row, column, width);
      }
    }
  }
  return 0;
}

enum { DENSE_COLUMNS = DENSE_REGISTERS * LANES };
/* Rows of B in the panel of a dense product, and rows of A whose sums are kept from chunk to chunk. */
enum {
  DENSE_CHUNK = PANEL_BYTES / (DENSE_COLUMNS * 4),
  DENSE_GROUP = SUMS_BYTES / (DENSE_COLUMNS * 4) / DENSE_ROWS * DENSE_ROWS
};

/* `rows` rows of A, at most DENSE_ROWS, times the panel; their sums stay in registers. */
INLINE void multiply_rows(
    const float *panel, const float *a, size_t rowStep, size_t step, size_t count, int rows, int first, int last,
    float *sums, const Target *to, size_t row, size_t column, size_t width) {
  f32v c[DENSE_ROWS][DENSE_REGISTERS];
  for (int r = 0; r < rows; r++) {
    for (int k = 0; k < DENSE_REGISTERS; k++) {
      c[r][k] = first ? (f32v){} : f32_load(sums + r * DENSE_COLUMNS + k * LANES);
    }
  }
  for (size_t j = 0; j < count; j++) {
    f32v b[DENSE_REGISTERS];
    for (int k = 0; k < DENSE_REGISTERS; k++) b[k] = f32_load(panel + k * LANES);
    for (int r = 0; r < rows; r++) {
      const f32v factor = f32_splat(a[(size_t)r * rowStep]);
      for (int k = 0; k < DENSE_REGISTERS; k++) c[r][k] += factor * b[k];
    }
    panel += DENSE_COLUMNS;
    a += step;
  }
  for (int r = 0; r < rows; r++) {
    if (last) finish_registers(c[r], DENSE_REGISTERS, to, row + (size_t)r, column, width);
    else
      for (int k = 0; k < DENSE_REGISTERS; k++) f32_store(sums + r * DENSE_COLUMNS + k * LANES, c[r][k]);
  }
}

/* Few rows of numbers: the rows of B are multiplied where they lie. */
static void few_rows(
    const float *a, size_t rowStep, size_t step, size_t rows, size_t inner, const Target *to, size_t from, size_t end) {
  for (size_t row = 0; row < rows; row++) {
    for (size_t column = from; column < end; column += REGISTERS * LANES) {
      f32v c[REGISTERS];
      const float *values = to->b + column, *factors = a + row * rowStep;
      const size_t width = least(REGISTERS * LANES, end - column);
      for (int k = 0; k < REGISTERS; k++) c[k] = (f32v){};
      if (width > (REGISTERS - 1) * LANES) {
        for (size_t j = 0; j < inner; j++, values += to->stride, factors += step) {
          const f32v factor = f32_splat(*factors);
          for (int k = 0; k < REGISTERS; k++) c[k] += factor * f32_load(values + k * LANES);
        }
      } else {
        for (size_t j = 0; j < inner; j++, values += to->stride, factors += step) {
          const f32v factor = f32_splat(*factors);
          for (int k = 0; (size_t)k * LANES < width; k++) c[k] += factor * f32_load(values + k * LANES);
        }
      }
      finish_registers(c, REGISTERS, to, row, column, width);
    }
  }
}

/* Numbers: from, to, scratch, rows, inner, columns, a, rowStep, step, b, out, bias, scale, keep; the steps count bytes. */
static double dense_product(const Call *call) {
  const size_t rows = INDEX(3), inner = INDEX(4), columns = INDEX(5), rowStep = INDEX(7) / 4, step = INDEX(8) / 4;
  const size_t from = INDEX(0) * PART, end = least(INDEX(1) * PART, columns);
  const float *a = AT(const float, 6);
  const Target to = {AT(const float, 9),  columns,           AT(float, 10),
                     AT(const float, 11), (float)NUMBER(12), (float)NUMBER(13)};
  if (rows <= FEW) {
    few_rows(a, rowStep, step, rows, inner, &to, from, end);
    return 0;
  }
  float *const panel = AT(float, 2);
  float *const sums = (float *)((char *)panel + PANEL_BYTES);
  for (size_t row = 0; row < rows; row += DENSE_GROUP) {
    const size_t group = least(DENSE_GROUP, rows - row);
    for (size_t column = from; column < end; column += DENSE_COLUMNS) {
      const size_t width = least(DENSE_COLUMNS, end - column);
      size_t j = 0;
      do {
        const size_t count = least(DENSE_CHUNK, inner - j);
        const int first = j == 0, last = j + count == inner;
        pack(to.b + j * columns + column, columns, count, width, DENSE_COLUMNS, panel);
        for (size_t r = 0; r < group; r += DENSE_ROWS) {
          const float *const values = a + (row + r) * rowStep + j * step;
          float *const at = sums + r * DENSE_COLUMNS;
          if (group - r >= DENSE_ROWS) {
            multiply_rows(
                panel, values, rowStep, step, count, DENSE_ROWS, first, last, at, &to, row + r, column, width);
          } else {
            for (size_t q = 0; q < group - r; q++) {
              float *const own = at + q * DENSE_COLUMNS;
              multiply_rows(
                  panel, values + q * rowStep, rowStep, step, count, 1, first, last, own, &to, row + r + q, column,
                  width);
            }
          }
        }
        j += count;
      } while (j < inner);
    }
  }
  return 0;
}
