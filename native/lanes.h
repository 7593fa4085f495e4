/* Vectors of 32 bytes, whose widths do not depend on the instruction set, and masks of lanes from bits. */
#pragma once
#include "simd.h"

#define LANES_OF(type, name) typedef type name __attribute__((vector_size(32), aligned(sizeof(type)), may_alias))
LANES_OF(int8_t, i8x32);
LANES_OF(int16_t, i16x16);
LANES_OF(uint16_t, u16x16);
LANES_OF(int32_t, i32x8);
LANES_OF(double, f64x4);
LANES_OF(int64_t, i64x4);

/* Bit k is set where lane k of a comparison is -1. */
INLINE uint32_t lane_bits(i32x8 lanes) {
#if defined(__AVX2__)
  return (uint32_t)_mm256_movemask_ps((__m256)lanes);
#else
  uint32_t bits = 0;
  for (int k = 0; k < 8; k++) bits |= (uint32_t)(lanes[k] & 1) << k;
  return bits;
#endif
}

/* Lanes of -1 where bits are set. */
INLINE i16x16 lanes16(uint32_t bits) {
#if VECTOR == 64
  return (i16x16)_mm256_movm_epi16((__mmask16)bits);
#else
  const u16x16 one = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768};
  return (i16x16)((one & (uint16_t)bits) == one);
#endif
}

INLINE i64x4 lanes64(uint32_t bits) {
#if VECTOR == 64
  return (i64x4)_mm256_movm_epi64((__mmask8)bits);
#else
  const i64x4 one = {1, 2, 4, 8};
  return (one & (int64_t)bits) == one;
#endif
}

/* Sums of neighbours of 16-bit lanes. */
INLINE i32x8 pair_sums(i16x16 lanes) {
#if defined(__AVX2__)
  return (i32x8)_mm256_madd_epi16((__m256i)lanes, _mm256_set1_epi16(1));
#else
  return (((i32x8)lanes << 16) >> 16) + ((i32x8)lanes >> 16);
#endif
}

INLINE int32_t sum_i32(i32x8 x) { return ((x[0] + x[4]) + (x[1] + x[5])) + ((x[2] + x[6]) + (x[3] + x[7])); }
INLINE double sum_f64(f64x4 x) { return (x[0] + x[2]) + (x[1] + x[3]); }

INLINE int popcount(uint64_t word) { return __builtin_popcountll(word); }
INLINE uint64_t word_at(const uint8_t *at) {
  uint64_t word;
  memcpy(&word, at, 8);
  return word;
}
