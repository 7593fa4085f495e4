/* Philox 4x32-10 (Salmon, Moraes, Dror and Shaw 2011), LANES blocks at once. */
#pragma once
#include "simd.h"

/* Lanes 0, 2, 4 ... of a and lanes 1, 3, 5 ... of b. */
INLINE u32v alternate(u64v a, u64v b) {
#if VECTOR == 64
  return (u32v)_mm512_mask_blend_epi32(0xaaaa, (__m512i)a, (__m512i)b);
#elif VECTOR == 32
  return (u32v)_mm256_blend_epi32((__m256i)a, (__m256i)b, 0xaa);
#else
  return (u32v)((a & 0xffffffff) | (b & ~(uint64_t)0xffffffff));
#endif
}

/* high and low halves of the products of all lanes with m. */
INLINE void multiply_words(u32v x, u32v m, u32v *high, u32v *low) {
  const u64v even = multiply_even((u64v)x, (u64v)m);
  const u64v odd = multiply_even((u64v)x >> 32, (u64v)m);
  *high = alternate(even >> 32, odd);
  *low = alternate(even, odd << 32);
}

/* The words of LANES blocks from `block` on, in their order. */
INLINE void philox(
    uint32_t block, uint32_t stepLow, uint32_t stepHigh, uint32_t chain, const uint32_t *key, u32v words[4]) {
  u32v x0 = u32_splat(block) + (u32v){FIRST_BLOCKS};
  u32v x1 = u32_splat(stepLow);
  u32v x2 = u32_splat(stepHigh);
  u32v x3 = u32_splat(chain);
  uint32_t key0 = key[0], key1 = key[1];
  for (int round = 0; round < 10; round++) {
    u32v high0, low0, high1, low1;
    multiply_words(x0, u32_splat(0xd2511f53), &high0, &low0);
    multiply_words(x2, u32_splat(0xcd9e8d57), &high1, &low1);
    x0 = high1 ^ x1 ^ u32_splat(key0);
    x2 = high0 ^ x3 ^ u32_splat(key1);
    x1 = low1;
    x3 = low0;
    key0 += 0x9e3779b9;
    key1 += 0xbb67ae85;
  }
  words[0] = x0;
  words[1] = x1;
  words[2] = x2;
  words[3] = x3;
}
