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

/* The scratch of a thread of 320 kB: panels of B and the sums of a block, of both terms of a step of ascent. */
enum { PANEL_BYTES = 96 * 1024, SUMS_BYTES = 64 * 1024 };

/* Registers of a block of sums of a product of bits; rows and registers of one of a dense product. */
#if VECTOR == 64
enum { REGISTERS = 4, DENSE_ROWS = 4, DENSE_REGISTERS = 3 };
#else
enum { REGISTERS = 8, DENSE_ROWS = 4, DENSE_REGISTERS = 2 };
#endif
/* Columns of a block, and the rows of B that are packed at a time: they fit in the nearest cache. */
enum { COLUMNS = REGISTERS * LANES, CHUNK = 32 * 1024 / (COLUMNS * 4) };
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

/*
 * `count` rows of `width` columns of B, side by side in rows of `room` columns. The last register of each also gets what
 * lies beyond its columns, whose sums are not stored.
 */
INLINE void pack(const float *b, size_t stride, size_t count, size_t width, size_t room, float *panel) {
  for (size_t j = 0; j < count; j++) {
    for (size_t k = 0; k < width; k += LANES) f32_store(panel + k, f32_load(b + k));
    b += stride;
    panel += room;
  }
}

/* From a sum of a register to out, for the first `width` lanes; what lies beyond them may be read. */
INLINE void finish(f32v sum, const float *bias, float scale, float keep, float *out, size_t width) {
  f32v value = f32_splat(scale) * sum + (bias == 0 ? (f32v){} : f32_load(bias));
  if (keep != 0) value = f32_splat(keep) * f32_load(out) + value;
  f32_store_some(out, value, width);
}

/*
 * For each of `registers` registers, unrolled early enough that they stay in registers; Clang unrolls too late what it is told
 * to in the words of GCC.
 */
#if defined(__clang__)
#define EACH_REGISTER _Pragma("clang loop unroll(full)") for (int k = 0; k < registers; k++)
#else
#define EACH_REGISTER _Pragma("GCC unroll 8") for (int k = 0; k < registers; k++)
#endif

/* The same for registers of `width` columns, just as many as hold them. */
INLINE void finish_registers(
    const f32v *sums, int registers, const Target *to, size_t row, size_t column, size_t width) {
  float *out = to->out + row * to->stride + column;
  const float *bias = to->bias == 0 ? 0 : to->bias + column;
  EACH_REGISTER {
    const size_t at = (size_t)k * LANES;
    finish(sums[k], bias == 0 ? 0 : bias + at, to->scale, to->keep, out + at, width - at);
  }
}

/*
 * Adds to the sums of some registers the rows of B, `stride` numbers apart, where a word has a 1. The ones are found in a
 * register: a list of them in memory would cost a load for each, and loads are what limits this loop.
 */
INLINE void add_ones_of_word(uint64_t word, const float *b, size_t stride, int registers, f32v sums[REGISTERS]) {
  for (; word != 0; word &= word - 1) {
    const float *const values = b + (size_t)__builtin_ctzll(word) * stride;
    EACH_REGISTER sums[k] += f32_load(values + k * LANES);
  }
}

/* The same for a row of bits. */
INLINE void
add_ones(const uint8_t *bits, size_t inner, const float *b, size_t stride, int registers, f32v sums[REGISTERS]) {
  uint64_t word;
  for (; inner >= 64; inner -= 64, bits += 8, b += 64 * stride) {
    memcpy(&word, bits, 8);
    add_ones_of_word(word, b, stride, registers, sums);
  }
  if (inner == 0) return;
  memcpy(&word, bits, 8);
  add_ones_of_word(word & (((uint64_t)1 << inner) - 1), b, stride, registers, sums);
}

/* Bits of rows of A, `stride` bytes apart, and the rows of B that belong to them, packed. */
typedef struct {
  const uint8_t *bits;
  size_t stride;
  size_t inner;
  const float *panel;
} Chunk;

/* A chunk is added to the sums of `rows` rows; the last one gives the result. */
INLINE void add_chunk(
    Chunk of, size_t rows, int registers, int first, int last, float *sums, const Target *to, size_t row, size_t column,
    size_t width) {
  for (size_t r = 0; r < rows; r++, sums += COLUMNS) {
    f32v c[REGISTERS];
    EACH_REGISTER c[k] = first ? (f32v){} : f32_load(sums + k * LANES);
    add_ones(of.bits + r * of.stride, of.inner, of.panel, COLUMNS, registers, c);
    if (last) finish_registers(c, registers, to, row + r, column, width);
    else EACH_REGISTER f32_store(sums + k * LANES, c[k]);
  }
}

/* Calls a function with the number of registers for `width` columns known to the compiler. */
#if VECTOR == 64
#define WITH_REGISTERS(width, CALL) \
  switch (((width) + LANES - 1) / LANES) { \
    case 1: CALL(1); break; \
    case 2: CALL(2); break; \
    case 3: CALL(3); break; \
    case 4: CALL(4); break; \
  }
#else
#define WITH_REGISTERS(width, CALL) \
  switch (((width) + LANES - 1) / LANES) { \
    case 1: CALL(1); break; \
    case 2: CALL(2); break; \
    case 3: CALL(3); break; \
    case 4: CALL(4); break; \
    case 5: CALL(5); break; \
    case 6: CALL(6); break; \
    case 7: CALL(7); break; \
    case 8: CALL(8); break; \
  }
#endif

static void add_chunk_of_width(
    Chunk of, size_t rows, int first, int last, float *sums, const Target *to, size_t row, size_t column, size_t width) {
#define ADD(registers) add_chunk(of, rows, registers, first, last, sums, to, row, column, width)
  WITH_REGISTERS(width, ADD)
#undef ADD
}

/* Rows up to this number are not worth packing B: its rows are added from where they lie. */
enum { FEW = 4 };

/* The product of one row of bits with a block of columns of B. */
INLINE void add_in_place(
    const uint8_t *bits, size_t inner, int registers, const Target *to, size_t row, size_t column, size_t width) {
  f32v c[REGISTERS];
  EACH_REGISTER c[k] = (f32v){};
  add_ones(bits, inner, to->b + column, to->stride, registers, c);
  finish_registers(c, registers, to, row, column, width);
}

static void few_rows_of_bits(
    const uint8_t *a, size_t stride, size_t rows, size_t inner, const Target *to, size_t from, size_t end) {
  for (size_t row = 0; row < rows; row++) {
    for (size_t column = from; column < end; column += COLUMNS) {
      const size_t width = least(COLUMNS, end - column);
#define ADD(registers) add_in_place(a + row * stride, inner, registers, to, row, column, width)
      WITH_REGISTERS(width, ADD)
#undef ADD
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
  float *const panel = AT(float, 2);
  float *const sums = (float *)((char *)panel + PANEL_BYTES);
  for (size_t row = 0; row < rows; row += GROUP) {
    const size_t group = least(GROUP, rows - row);
    for (size_t column = from; column < end; column += COLUMNS) {
      const size_t width = least(COLUMNS, end - column);
      size_t j = 0;
      do {
        const size_t count = least(CHUNK, inner - j);
        pack(to.b + j * columns + column, columns, count, width, COLUMNS, panel);
        const Chunk of = {a + row * stride + j / 8, stride, count, panel};
        add_chunk_of_width(of, group, j == 0, j + count == inner, sums, &to, row, column, width);
        j += count;
      } while (j < inner);
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

/* A matrix of numbers: entry (r, j) is values[r * rowStep + j * step]. */
typedef struct {
  const float *values;
  size_t rowStep;
  size_t step;
} Numbers;

/* `rows` rows of A, at most DENSE_ROWS, times `count` rows of B, `stride` apart; their sums stay in registers. */
INLINE void multiply_rows(
    const float *from, size_t stride, Numbers a, size_t count, int rows, int registers, int first, int last, float *sums,
    const Target *to, size_t row, size_t column, size_t width) {
  f32v c[DENSE_ROWS][DENSE_REGISTERS];
  for (int r = 0; r < rows; r++) {
    for (int k = 0; k < registers; k++) {
      c[r][k] = first ? (f32v){} : f32_load(sums + r * DENSE_COLUMNS + k * LANES);
    }
  }
  for (size_t j = 0; j < count; j++) {
    f32v b[DENSE_REGISTERS];
    for (int k = 0; k < registers; k++) b[k] = f32_load(from + k * LANES);
    for (int r = 0; r < rows; r++) {
      const f32v factor = f32_splat(a.values[(size_t)r * a.rowStep]);
      for (int k = 0; k < registers; k++) c[r][k] += factor * b[k];
    }
    from += stride;
    a.values += a.step;
  }
  for (int r = 0; r < rows; r++) {
    if (last) finish_registers(c[r], registers, to, row + (size_t)r, column, width);
    else
      for (int k = 0; k < registers; k++) f32_store(sums + r * DENSE_COLUMNS + k * LANES, c[r][k]);
  }
}

/* A group of rows of A times a block of columns of B, which is packed unless `inPlace`. */
INLINE void multiply_group(
    Numbers a, size_t row, size_t group, size_t inner, const Target *to, size_t column, size_t width, int registers,
    int inPlace, char *scratch) {
  float *const panel = (float *)scratch;
  float *const sums = (float *)(scratch + PANEL_BYTES);
  const float *const b = inPlace ? to->b + column : panel;
  const size_t stride = inPlace ? to->stride : (size_t)registers * LANES;
  size_t j = 0;
  do {
    const size_t count = inPlace ? inner : least(DENSE_CHUNK, inner - j);
    const int first = j == 0, last = j + count == inner;
    if (!inPlace) pack(to->b + j * to->stride + column, to->stride, count, width, stride, panel);
    for (size_t r = 0; r < group; r += DENSE_ROWS) {
      float *const at = sums + r * DENSE_COLUMNS;
      if (group - r >= DENSE_ROWS) {
        const Numbers rows = {a.values + (row + r) * a.rowStep + j * a.step, a.rowStep, a.step};
        multiply_rows(b, stride, rows, count, DENSE_ROWS, registers, first, last, at, to, row + r, column, width);
      } else {
        for (size_t q = r; q < group; q++) {
          const Numbers one = {a.values + (row + q) * a.rowStep + j * a.step, a.rowStep, a.step};
          float *const own = sums + q * DENSE_COLUMNS;
          multiply_rows(b, stride, one, count, 1, registers, first, last, own, to, row + q, column, width);
        }
      }
    }
    j += count;
  } while (j < inner);
}

/* A row of numbers times a block of columns of B where they lie. */
INLINE void multiply_in_place(
    Numbers a, size_t inner, int registers, const Target *to, size_t row, size_t column, size_t width) {
  f32v c[REGISTERS];
  const float *b = to->b + column, *factors = a.values + row * a.rowStep;
  EACH_REGISTER c[k] = (f32v){};
  for (size_t j = 0; j < inner; j++, b += to->stride, factors += a.step) {
    const f32v factor = f32_splat(*factors);
    EACH_REGISTER c[k] += factor * f32_load(b + k * LANES);
  }
  finish_registers(c, registers, to, row, column, width);
}

static void few_rows(Numbers a, size_t rows, size_t inner, const Target *to, size_t from, size_t end) {
  for (size_t row = 0; row < rows; row++) {
    for (size_t column = from; column < end; column += COLUMNS) {
      const size_t width = least(COLUMNS, end - column);
#define MULTIPLY(registers) multiply_in_place(a, inner, registers, to, row, column, width)
      WITH_REGISTERS(width, MULTIPLY)
#undef MULTIPLY
    }
  }
}

/* Fewer columns than this are not worth a vector of them; a right factor of at most as many bytes is not worth packing. */
enum { NARROW = 4, SMALL = 16384 };

/* One column of B times the rows of A, whose numbers follow one another: four rows by four columns are transposed. */
static void multiply_column(Numbers a, size_t rows, size_t inner, const Target *to, size_t column) {
  for (size_t row = 0; row < rows; row += 4) {
    /* Rows beyond the last are the last once more. */
    const float *at[4], *b = to->b + column;
    for (size_t r = 0; r < 4; r++) at[r] = a.values + least(row + r, rows - 1) * a.rowStep;
    f32x4 sums = {0};
    size_t j = 0;
    for (; j + 4 <= inner; j += 4, b += 4 * to->stride) {
      const f32x4 r0 = *(const f32x4 *)(at[0] + j), r1 = *(const f32x4 *)(at[1] + j);
      const f32x4 r2 = *(const f32x4 *)(at[2] + j), r3 = *(const f32x4 *)(at[3] + j);
      const f32x4 low01 = __builtin_shufflevector(r0, r1, 0, 4, 1, 5);
      const f32x4 low23 = __builtin_shufflevector(r2, r3, 0, 4, 1, 5);
      const f32x4 high01 = __builtin_shufflevector(r0, r1, 2, 6, 3, 7);
      const f32x4 high23 = __builtin_shufflevector(r2, r3, 2, 6, 3, 7);
      sums += __builtin_shufflevector(low01, low23, 0, 1, 4, 5) * b[0];
      sums += __builtin_shufflevector(low01, low23, 2, 3, 6, 7) * b[to->stride];
      sums += __builtin_shufflevector(high01, high23, 0, 1, 4, 5) * b[2 * to->stride];
      sums += __builtin_shufflevector(high01, high23, 2, 3, 6, 7) * b[3 * to->stride];
    }
    for (; j < inner; j++, b += to->stride) sums += (f32x4){at[0][j], at[1][j], at[2][j], at[3][j]} * *b;
    const float bias = to->bias == 0 ? 0 : to->bias[column];
    for (size_t r = 0; r < least(4, rows - row); r++) {
      float *out = to->out + (row + r) * to->stride + column;
      const float value = to->scale * sums[r] + bias;
      *out = to->keep == 0 ? value : to->keep * *out + value;
    }
  }
}

/* The columns `from` to `end` of a product of numbers. */
static void multiply_dense(
    Numbers a, size_t rows, size_t inner, const Target *to, size_t from, size_t end, char *scratch) {
  if (to->stride < NARROW && a.step == 1 && rows >= 4) {
    for (size_t column = from; column < end; column++) multiply_column(a, rows, inner, to, column);
  } else if (rows < DENSE_ROWS || inner == 1) {
    few_rows(a, rows, inner, to, from, end);
  } else {
    const int inPlace = rows == DENSE_ROWS || inner * to->stride * sizeof(float) <= SMALL;
    for (size_t row = 0; row < rows; row += DENSE_GROUP) {
      const size_t group = least(DENSE_GROUP, rows - row);
      for (size_t column = from; column < end; column += DENSE_COLUMNS) {
        const size_t width = least(DENSE_COLUMNS, end - column);
#define MULTIPLY(registers) multiply_group(a, row, group, inner, to, column, width, registers, inPlace, scratch)
        switch ((width + LANES - 1) / LANES) {
          case 1: MULTIPLY(1); break;
          case 2: MULTIPLY(2); break;
#if VECTOR == 64
          case 3: MULTIPLY(3); break;
#endif
        }
#undef MULTIPLY
      }
    }
  }
}

/* Numbers: from, to, scratch, rows, inner, columns, a, rowStep, step, b, out, bias, scale, keep; the steps count bytes. */
static double dense_product(const Call *call) {
  const size_t columns = INDEX(5);
  const Numbers a = {AT(const float, 6), INDEX(7) / 4, INDEX(8) / 4};
  const Target to = {AT(const float, 9),  columns,           AT(float, 10),
                     AT(const float, 11), (float)NUMBER(12), (float)NUMBER(13)};
  const size_t end = least(INDEX(1) * PART, columns);
  multiply_dense(a, INDEX(3), INDEX(4), &to, INDEX(0) * PART, end, AT(char, 2));
  return 0;
}

/* Numbers: from, to, scratch, rows, inner, columns, a, rowStep, step, aStride, b, bStride, out, outStride, scale, keep. */
static double dense_products(const Call *call) {
  const size_t rows = INDEX(3), inner = INDEX(4), columns = INDEX(5), rowStep = INDEX(7) / 4, step = INDEX(8) / 4;
  for (size_t i = INDEX(0); i < INDEX(1); i++) {
    const float *a = AT(const float, 6) + i * (INDEX(9) / 4), *b = AT(const float, 10) + i * (INDEX(11) / 4);
    float *out = AT(float, 12) + i * (INDEX(13) / 4);
    const float scale = (float)NUMBER(14), keep = (float)NUMBER(15);
    if (columns == 1 && rowStep == 1) {
      /* One column times A, stored by columns, is a row times the transpose of A. */
      const Target to = {a, rows, out, 0, scale, keep};
      few_rows((Numbers){b, 0, 1}, 1, inner, &to, 0, rows);
    } else {
      const Target to = {b, columns, out, 0, scale, keep};
      multiply_dense((Numbers){a, rowStep, step}, rows, inner, &to, 0, columns, AT(char, 2));
    }
  }
  return 0;
}
