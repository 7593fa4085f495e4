/* Overlaps of states with patterns, sum_i xi_i s_i = columns - 2 * (bits that differ). */
#include "call.h"
#include "lanes.h"

enum { TILE = 4 };

/* The bits that differ between `rows` patterns and `states` states, each at most TILE, for rows of `stride` bytes. */
INLINE void differences(
    const uint8_t *patterns, const uint8_t *states, size_t stride, int rows, int count, int64_t out[TILE][TILE]) {
  size_t at = 0;
#if defined(__AVX512VPOPCNTDQ__)
  __m512i sums[TILE][TILE];
  for (int r = 0; r < rows; r++) {
    for (int s = 0; s < count; s++) sums[r][s] = _mm512_setzero_si512();
  }
  for (; at < stride; at += 64) {
    const __mmask8 some = stride - at >= 64 ? 0xff : (__mmask8)((1u << ((stride - at) / 8)) - 1);
    __m512i state[TILE];
    for (int s = 0; s < count; s++) state[s] = _mm512_maskz_loadu_epi64(some, states + (size_t)s * stride + at);
    for (int r = 0; r < rows; r++) {
      const __m512i pattern = _mm512_maskz_loadu_epi64(some, patterns + (size_t)r * stride + at);
      for (int s = 0; s < count; s++) {
        sums[r][s] = _mm512_add_epi64(sums[r][s], _mm512_popcnt_epi64(_mm512_xor_si512(pattern, state[s])));
      }
    }
  }
  for (int r = 0; r < rows; r++) {
    for (int s = 0; s < count; s++) out[r][s] = _mm512_reduce_add_epi64(sums[r][s]);
  }
#else
  for (int r = 0; r < rows; r++) {
    for (int s = 0; s < count; s++) out[r][s] = 0;
  }
  for (; at < stride; at += 8) {
    for (int r = 0; r < rows; r++) {
      const uint64_t pattern = word_at(patterns + (size_t)r * stride + at);
      for (int s = 0; s < count; s++) out[r][s] += popcount(pattern ^ word_at(states + (size_t)s * stride + at));
    }
  }
#endif
}

INLINE void overlaps_of(
    const uint8_t *patterns, size_t stride, size_t rows, const uint8_t *states, size_t count, int32_t columns,
    int32_t *out) {
  for (size_t s = 0; s < count; s += TILE) {
    const int some = count - s < TILE ? (int)(count - s) : TILE;
    for (size_t r = 0; r < rows; r += TILE) {
      const int few = rows - r < TILE ? (int)(rows - r) : TILE;
      int64_t differing[TILE][TILE];
      const uint8_t *const from = patterns + r * stride;
      const uint8_t *const of = states + s * stride;
      if (few == TILE && some == TILE) differences(from, of, stride, TILE, TILE, differing);
      else if (few == TILE && some == 1) differences(from, of, stride, TILE, 1, differing);
      else differences(from, of, stride, few, some, differing);
      for (int k = 0; k < few; k++) {
        for (int q = 0; q < some; q++)
          out[(s + (size_t)q) * rows + r + (size_t)k] = columns - 2 * (int32_t)differing[k][q];
      }
    }
  }
}

/* Numbers: patterns, stride, rows, states, count, columns, out. */
static double overlaps(const Call *call) {
  overlaps_of(
      AT(const uint8_t, 0), INDEX(1), INDEX(2), AT(const uint8_t, 3), INDEX(4), (int32_t)NUMBER(5), AT(int32_t, 6));
  return 0;
}
