/*
 * Products of a matrix of bits with columns of numbers, by the tables of assembly/product.ts and single.ts, which fill the
 * first page of the memory. All sums are exact.
 */
#include "call.h"
#include "lanes.h"

enum { ROW_BYTES = 32, TABLE_BYTES = 256 * ROW_BYTES, CHUNK_BYTES = 64 * ROW_BYTES };

/* Fills the tables of a chunk of 64 columns, and adds the rows that its bytes name to the sums of every row of bits. */
#define CHUNK_SUMS(name, vector)                                                                                \
  static void name(                                                                                             \
      uint8_t *tables, const uint8_t *values, const uint8_t *bits, size_t stride, size_t rows, uint8_t *sums) { \
    for (int t = 0; t < 8; t++) {                                                                               \
      uint8_t *const table = tables + t * TABLE_BYTES;                                                          \
      vector negative = {0};                                                                                    \
      for (int k = 0; k < 8; k++) {                                                                             \
        const vector value = *(const vector *)(values + k * ROW_BYTES);                                         \
        negative -= value & (vector)(value < 0);                                                                \
      }                                                                                                         \
      *(vector *)table = negative;                                                                              \
      for (int size = ROW_BYTES; size < TABLE_BYTES; size *= 2, values += ROW_BYTES) {                          \
        const vector value = *(const vector *)values;                                                           \
        for (int row = 0; row < size; row += ROW_BYTES)                                                         \
          *(vector *)(table + row + size) = *(const vector *)(table + row) + value;                             \
      }                                                                                                         \
    }                                                                                                           \
    for (size_t r = 0; r < rows; r++, bits += stride, sums += ROW_BYTES) {                                      \
      vector u = *(const vector *)sums;                                                                         \
      for (int t = 0; t < 8; t++) u += *(const vector *)(tables + t * TABLE_BYTES + bits[t] * ROW_BYTES);       \
      *(vector *)sums = u;                                                                                      \
    }                                                                                                           \
  }
CHUNK_SUMS(chunk16, i16x16)
CHUNK_SUMS(chunk32, i32x8)

static void chunk64(
    uint8_t *tables, const uint8_t *values, const uint8_t *bits, size_t stride, size_t rows, uint8_t *sums) {
  for (int t = 0; t < 8; t++) {
    uint8_t *const table = tables + t * TABLE_BYTES;
    f64x4 negative = {0};
    for (int k = 0; k < 8; k++) {
      const f64x4 value = *(const f64x4 *)(values + k * ROW_BYTES);
      negative -= (f64x4)((i64x4)value & (i64x4)(value < 0.0));
    }
    *(f64x4 *)table = negative;
    for (int size = ROW_BYTES; size < TABLE_BYTES; size *= 2, values += ROW_BYTES) {
      const f64x4 value = *(const f64x4 *)values;
      for (int row = 0; row < size; row += ROW_BYTES)
        *(f64x4 *)(table + row + size) = *(const f64x4 *)(table + row) + value;
    }
  }
  for (size_t r = 0; r < rows; r++, bits += stride, sums += ROW_BYTES) {
    f64x4 u = *(const f64x4 *)sums;
    for (int t = 0; t < 8; t++) u += *(const f64x4 *)(tables + t * TABLE_BYTES + bits[t] * ROW_BYTES);
    *(f64x4 *)sums = u;
  }
}

/* Moves unsigned 16-bit sums over to 32-bit ones, and starts them at zero again. */
static void widen16(uint16_t *sums, size_t count, int32_t *out) {
  for (size_t k = 0; k < count; k++) out[k] += sums[k];
  memset(sums, 0, count * 2);
}

/* Numbers: bits, stride, rows, values, chunks, sums, out. */
static double product16(const Call *call) {
  const uint8_t *bits = AT(const uint8_t, 0), *values = AT(const uint8_t, 3);
  const size_t stride = INDEX(1), rows = INDEX(2), chunks = INDEX(4);
  uint8_t *sums = AT(uint8_t, 5);
  int32_t *out = AT(int32_t, 6);
  memset(sums, 0, rows * ROW_BYTES);
  memset(out, 0, rows * 2 * ROW_BYTES);
  uint16_t room[16];
  memset(room, 0xff, sizeof room);
  for (size_t c = 0; c < chunks; c++, bits += 8, values += CHUNK_BYTES) {
    uint16_t weight[16] = {0};
    for (int k = 0; k < 64; k++) {
      for (int lane = 0; lane < 16; lane++) {
        const int16_t value = ((const int16_t *)(values + k * ROW_BYTES))[lane];
        weight[lane] = (uint16_t)(weight[lane] + (value < 0 ? -value : value));
      }
    }
    int isFull = 0;
    for (int lane = 0; lane < 16; lane++) isFull |= weight[lane] > room[lane];
    if (isFull) {
      widen16((uint16_t *)sums, rows * 16, out);
      memset(room, 0xff, sizeof room);
    }
    for (int lane = 0; lane < 16; lane++) room[lane] = (uint16_t)(room[lane] - weight[lane]);
    chunk16(call->memory, values, bits, stride, rows, sums);
  }
  widen16((uint16_t *)sums, rows * 16, out);
  return 0;
}

/*
 * The same for 32 lanes of 16 bits. Tables of five columns, 13 for a chunk of 64 columns and one of no more, are small enough
 * for the nearest cache; they take 26 kB of the first page.
 */
enum { WIDE_BYTES = 64, GROUP_COLUMNS = 5, GROUPS = 13, GROUP_BYTES = (1 << GROUP_COLUMNS) * WIDE_BYTES };

typedef int16_t i16wide __attribute__((vector_size(WIDE_BYTES), aligned(2), may_alias));
typedef uint16_t u16wide __attribute__((vector_size(WIDE_BYTES), aligned(2), may_alias));
typedef int32_t i32wide __attribute__((vector_size(2 * WIDE_BYTES), aligned(4), may_alias));

/* Moves unsigned 16-bit sums over to 32-bit ones, and starts them at zero again. */
static void widen_rows(u16wide *sums, size_t rows, i32wide *out) {
  for (size_t r = 0; r < rows; r++) {
    out[r] += __builtin_convertvector(sums[r], i32wide);
    sums[r] = (u16wide){0};
  }
}

/* Numbers: bits, stride, rows, values, chunks, sums, out. */
static double product16_wide(const Call *call) {
  const uint8_t *bits = AT(const uint8_t, 0);
  const i16wide *values = AT(const i16wide, 3);
  const size_t stride = INDEX(1), rows = INDEX(2), chunks = INDEX(4);
  u16wide *sums = AT(u16wide, 5);
  i32wide *out = AT(i32wide, 6);
  memset(sums, 0, rows * sizeof *sums);
  memset(out, 0, rows * sizeof *out);
  u16wide room = ~(u16wide){0};
  for (size_t c = 0; c < chunks; c++, bits += 8, values += 64) {
    u16wide weight = {0};
    for (int k = 0; k < 64; k++) weight += (u16wide)((values[k] ^ (values[k] >> 15)) - (values[k] >> 15));
    int isFull = 0;
    for (int lane = 0; lane < 32; lane++) isFull |= weight[lane] > room[lane];
    if (isFull) {
      widen_rows(sums, rows, out);
      room = ~(u16wide){0};
    }
    room -= weight;
    for (int g = 0; g < GROUPS; g++) {
      i16wide *const table = (i16wide *)(call->memory + g * GROUP_BYTES);
      const int columns = 64 - g * GROUP_COLUMNS < GROUP_COLUMNS ? 64 - g * GROUP_COLUMNS : GROUP_COLUMNS;
      const i16wide *const own = values + g * GROUP_COLUMNS;
      i16wide negative = {0};
      for (int k = 0; k < columns; k++) negative -= own[k] & (own[k] >> 15);
      table[0] = negative;
      for (int k = 0; k < columns; k++) {
        for (int row = 0; row < 1 << k; row++) table[row + (1 << k)] = table[row] + own[k];
      }
    }
    const uint8_t *row = bits;
    for (size_t r = 0; r < rows; r++, row += stride) {
      uint64_t word = word_at(row);
      i16wide u = (i16wide)sums[r];
      for (int g = 0; g < GROUPS; g++, word >>= GROUP_COLUMNS) {
        u += *(const i16wide *)(call->memory + g * GROUP_BYTES + (word & 31) * WIDE_BYTES);
      }
      sums[r] = (u16wide)u;
    }
  }
  widen_rows(sums, rows, out);
  return 0;
}

typedef void ChunkSums(uint8_t *, const uint8_t *, const uint8_t *, size_t, size_t, uint8_t *);

INLINE void sum_chunks(const Call *call, ChunkSums *chunk) {
  const uint8_t *bits = call->memory + INDEX(0), *values = call->memory + INDEX(3);
  uint8_t *out = call->memory + INDEX(5);
  memset(out, 0, INDEX(2) * ROW_BYTES);
  for (size_t c = 0; c < INDEX(4); c++)
    chunk(call->memory, values + c * CHUNK_BYTES, bits + c * 8, INDEX(1), INDEX(2), out);
}

/* Numbers: bits, stride, rows, values, chunks, out. */
static double product32(const Call *call) {
  sum_chunks(call, chunk32);
  return 0;
}

/* Numbers: bits, stride, rows, values, chunks, out. */
static double product64(const Call *call) {
  sum_chunks(call, chunk64);
  return 0;
}

/* Numbers: sums, units, width, weights, shift, spins, diagonal, out; see assembly/fields.ts. */
static double whole_signs(const Call *call) {
  const int32_t *sums = AT(const int32_t, 0), *weights = AT(const int32_t, 3), *diagonal = AT(const int32_t, 6);
  const size_t units = INDEX(1), width = INDEX(2);
  const int shift = (int)NUMBER(4);
  const uint8_t *spins = AT(const uint8_t, 5);
  uint8_t *out = AT(uint8_t, 7);
  const i32x8 one = {1, 2, 4, 8, 16, 32, 64, 128};
  for (size_t i = 0; i < units; i++, spins += 16, out += 16) {
    for (size_t lane = 0; lane < width; lane += 8, sums += 8) {
      const i32x8 votes = (2 * *(const i32x8 *)sums - *(const i32x8 *)(weights + lane)) << shift;
      const i32x8 on = (one & (int32_t)spins[lane / 8]) == one;
      /* d where the spin is +1, -d where it is -1. */
      const i32x8 own = (diagonal[i] ^ ~on) - ~on;
      out[lane / 8] = (uint8_t)lane_bits(votes >= own);
    }
  }
  return 0;
}

/* Numbers: sums, units, weights, shift, spins, diagonal, out, stride. */
static double whole_signs_of_one(const Call *call) {
  const int32_t *sums = AT(const int32_t, 0), *diagonal = AT(const int32_t, 5);
  const int32_t weight = *AT(const int32_t, 2);
  const size_t units = INDEX(1);
  const int shift = (int)NUMBER(3);
  const uint8_t *spins = AT(const uint8_t, 4);
  uint8_t *out = AT(uint8_t, 6);
  const i32x8 one = {1, 2, 4, 8, 16, 32, 64, 128};
  memset(out, 0, INDEX(7));
  for (size_t i = 0; i < units; i += 8) {
    const i32x8 votes = (2 * *(const i32x8 *)(sums + i) - weight) << shift;
    const i32x8 on = (one & (int32_t)spins[i / 8]) == one;
    const i32x8 own = (*(const i32x8 *)(diagonal + i) ^ ~on) - ~on;
    const uint32_t beyond = units - i < 8 ? (1u << (units - i)) - 1 : 255;
    out[i / 8] = (uint8_t)(lane_bits(votes >= own) & beyond);
  }
  return 0;
}
