/*
 * The product of a matrix of bits with one column of numbers, by the tables of assembly/single.ts: the bytes of neighbouring
 * rows lie side by side, and one instruction looks up what four columns contribute to a vector of rows. All sums are exact.
 */
#include "call.h"
#include "lanes.h"

VECTOR_OF(uint8_t, u8v);
VECTOR_OF(uint16_t, u16v);

/* What a table of 16 bytes holds for every index from 0 to 15. */
INLINE u8v look_up(u8v table, u8v indices) {
#if VECTOR == 64
  return (u8v)_mm512_shuffle_epi8((__m512i)table, (__m512i)indices);
#elif VECTOR == 32
  return (u8v)_mm256_shuffle_epi8((__m256i)table, (__m256i)indices);
#elif defined(__SSSE3__)
  return (u8v)_mm_shuffle_epi8((__m128i)table, (__m128i)indices);
#elif defined(__aarch64__)
  return (u8v)vqtbl1q_u8((uint8x16_t)table, (uint8x16_t)indices);
#else
  u8v found;
  for (int k = 0; k < VECTOR; k++) found[k] = table[indices[k]];
  return found;
#endif
}

/* A table in every 16 bytes of a vector. */
INLINE u8v repeated(const uint8_t *table) {
#if VECTOR == 64
  return (u8v)_mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)table));
#elif VECTOR == 32
  return (u8v)_mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)table));
#else
  return *(const u8v *)table;
#endif
}

/* The sums of four numbers that the bits of 0 to 15 select, less the negative ones: the low bytes, then the high ones. */
INLINE void fill_of_one(const int16_t *values, uint8_t *table) {
  for (int index = 0; index < 16; index++) {
    int sum = 0;
    for (int k = 0; k < 4; k++) {
      if ((index >> k) & 1) sum += values[k];
      if (values[k] < 0) sum -= values[k];
    }
    table[index] = (uint8_t)sum;
    table[index + 16] = (uint8_t)(sum >> 8);
  }
}

/* The 16-bit sums of VECTOR rows over some groups of eight columns: of the even rows, and of the odd ones. */
INLINE void sums_of_groups(
    const uint8_t *bytes, size_t length, const uint8_t *tables, size_t groups, u16v *even, u16v *odd) {
  u16v both = {0}, upper = {0};
  u8v high = {0};
  for (size_t g = 0; g < groups; g++, bytes += length, tables += 64) {
    const u8v index = *(const u8v *)bytes;
    const u8v first = index & 15;
    const u8v last = (u8v)((u16v)index >> 4) & 15;
    const u16v low0 = (u16v)look_up(repeated(tables), first), low1 = (u16v)look_up(repeated(tables + 32), last);
    both += low0 + low1;
    upper += (low0 >> 8) + (low1 >> 8);
    high += look_up(repeated(tables + 16), first) + look_up(repeated(tables + 48), last);
  }
  *even = both - (upper << 8) + ((u16v)high << 8);
  *odd = upper + ((u16v)high & 0xff00);
}

/* Numbers: bytes, length, values, groups, tables, sums, out; see assembly/single.ts. `length` is a multiple of 16. */
static double product16_of_one(const Call *call) {
  const uint8_t *bytes = AT(const uint8_t, 0);
  const int16_t *values = AT(const int16_t, 2);
  const size_t length = INDEX(1), groups = INDEX(3);
  uint8_t *const tables = AT(uint8_t, 4);
  int32_t *out = AT(int32_t, 6);
  memset(out, 0, 4 * length);
  for (size_t half = 0; half < 2 * groups; half++) fill_of_one(values + 4 * half, tables + 32 * half);
  for (size_t g = 0; g < groups;) {
    /* As many groups as 16 bits can hold the sums of. */
    size_t end = g;
    for (int32_t room = 65535; end < groups; end++) {
      for (int k = 0; k < 8; k++)
        room -= values[8 * end + (size_t)k] < 0 ? -values[8 * end + (size_t)k] : values[8 * end + (size_t)k];
      if (room < 0) break;
    }
    const uint8_t *const from = bytes + g * length;
    for (size_t r = 0; r < length; r += VECTOR) {
      /* The last rows, with some before them that are done. */
      const size_t first = length - r < VECTOR && length >= VECTOR ? length - VECTOR : r;
      uint16_t even[VECTOR / 2], odd[VECTOR / 2];
      if (length >= VECTOR) {
        u16v sums[2];
        sums_of_groups(from + first, length, tables + 64 * g, end - g, sums, sums + 1);
        memcpy(even, sums, sizeof even);
        memcpy(odd, sums + 1, sizeof odd);
      } else {
        for (size_t k = 0; k < length; k++) {
          uint16_t sum = 0;
          for (size_t of = g; of < end; of++) {
            const uint8_t byte = bytes[of * length + k], *const table = tables + 64 * of;
            sum = (uint16_t)(sum + table[byte & 15] + 256 * table[16 + (byte & 15)]);
            sum = (uint16_t)(sum + table[32 + (byte >> 4)] + 256 * table[48 + (byte >> 4)]);
          }
          (k % 2 == 0 ? even : odd)[k / 2] = sum;
        }
      }
      const size_t count = length < VECTOR ? length : VECTOR;
      for (size_t k = (r - first) / 2; k < count / 2; k++) {
        out[first + 2 * k] += even[k];
        out[first + 2 * k + 1] += odd[k];
      }
    }
    g = end;
  }
  return 0;
}
