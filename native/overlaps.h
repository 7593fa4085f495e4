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

/* Bytes of patterns that stay in the first cache while all states pass over them. */
enum { PATTERN_BYTES = 16384 };

#if defined(__AVX512VPOPCNTDQ__)
enum { SHORT_ROW = 128, EIGHT = 8 };

/*
 * Overlaps of eight patterns with up to four states, for rows of at most SHORT_ROW bytes: a word of each half has at most 64 ones, so
 * that the counts of eight patterns fit in the bytes of a word, and are summed there.
 */
INLINE void eight_overlaps(
    const uint8_t *patterns, size_t stride, const uint8_t *states, int count, int32_t columns, int32_t *out, size_t rows) {
  const __m512i order = _mm512_set_epi8(
      63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 60, 52, 44, 36, 28, 20, 12,
      4, 59, 51, 43, 35, 27, 19, 11, 3, 58, 50, 42, 34, 26, 18, 10, 2, 57, 49, 41, 33, 25, 17, 9, 1, 56, 48, 40, 32, 24, 16, 8,
      0);
  const size_t words = stride / 8;
  const __mmask8 low = words >= 8 ? 0xff : (__mmask8)((1u << words) - 1);
  const __mmask8 high = words >= 8 ? (__mmask8)((1u << (words - 8)) - 1) : 0;
  __m512i state[TILE][2], counts[TILE];
  for (int s = 0; s < count; s++) {
    state[s][0] = _mm512_maskz_loadu_epi64(low, states + (size_t)s * stride);
    state[s][1] = _mm512_maskz_loadu_epi64(high, states + (size_t)s * stride + 64);
    counts[s] = _mm512_setzero_si512();
  }
#pragma GCC unroll 8
  for (int r = 0; r < EIGHT; r++) {
    const __m512i first = _mm512_maskz_loadu_epi64(low, patterns + (size_t)r * stride);
    const __m512i second = _mm512_maskz_loadu_epi64(high, patterns + (size_t)r * stride + 64);
#pragma GCC unroll 4
    for (int s = 0; s < count; s++) {
      const __m512i one = _mm512_popcnt_epi64(_mm512_xor_si512(first, state[s][0]));
      const __m512i two = _mm512_popcnt_epi64(_mm512_xor_si512(second, state[s][1]));
      counts[s] = _mm512_or_si512(counts[s], _mm512_slli_epi64(_mm512_add_epi64(one, two), (unsigned)(8 * r)));
    }
  }
  for (int s = 0; s < count; s++) {
    const __m512i sums = _mm512_sad_epu8(_mm512_permutexvar_epi8(order, counts[s]), _mm512_setzero_si512());
    const __m256i differing = _mm512_cvtepi64_epi32(sums);
    _mm256_storeu_si256(
        (__m256i *)(out + (size_t)s * rows),
        _mm256_sub_epi32(_mm256_set1_epi32(columns), _mm256_slli_epi32(differing, 1)));
  }
}
#endif

INLINE void overlaps_of(
    const uint8_t *patterns, size_t stride, size_t rows, const uint8_t *states, size_t count, int32_t columns,
    int32_t *out) {
  const size_t tiles = PATTERN_BYTES / stride / 8;
  const size_t some_rows = tiles == 0 ? 8 : 8 * tiles;
  for (size_t begin = 0; begin < rows; begin += some_rows) {
    const size_t end = least(rows, begin + some_rows);
    size_t done = begin;
#if defined(__AVX512VPOPCNTDQ__)
    if (stride <= SHORT_ROW) {
      done = begin + (end - begin) / EIGHT * EIGHT;
      for (size_t s = 0; s < count;) {
        const int some = count - s < TILE ? 1 : TILE;
        const uint8_t *const of = states + s * stride;
        for (size_t r = begin; r < done; r += EIGHT) {
          const uint8_t *const from = patterns + r * stride;
          if (some == TILE) eight_overlaps(from, stride, of, TILE, columns, out + s * rows + r, rows);
          else eight_overlaps(from, stride, of, 1, columns, out + s * rows + r, rows);
        }
        s += (size_t)some;
      }
    }
#endif
    for (size_t s = 0; s < count; s += TILE) {
      const int some = count - s < TILE ? (int)(count - s) : TILE;
      for (size_t r = done; r < end; r += TILE) {
        const int few = end - r < TILE ? (int)(end - r) : TILE;
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
}

/* Numbers: patterns, stride, rows, states, count, columns, out. */
static double overlaps(const Call *call) {
  overlaps_of(
      AT(const uint8_t, 0), INDEX(1), INDEX(2), AT(const uint8_t, 3), INDEX(4), (int32_t)NUMBER(5), AT(int32_t, 6));
  return 0;
}
