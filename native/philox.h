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

/*
 * The words of LANES blocks from `block` on, in their order. Each half of the blocks has its words in lanes of 64 bits, in
 * whose upper halves is what the multiplications ignore.
 */
INLINE void philox(
    uint32_t block, uint32_t stepLow, uint32_t stepHigh, uint32_t chain, const uint32_t *key, u32v words[4]) {
  const u64v blocks = (u64v)(u32_splat(block) + (u32v){FIRST_BLOCKS});
  u64v x[4][2];
  for (int half = 0; half < 2; half++) {
    x[0][half] = half == 0 ? blocks : blocks >> 32;
    x[1][half] = (u64v)u32_splat(stepLow);
    x[2][half] = (u64v)u32_splat(stepHigh);
    x[3][half] = (u64v)u32_splat(chain);
  }
  uint32_t key0 = key[0], key1 = key[1];
  for (int round = 0; round < 10; round++) {
    for (int half = 0; half < 2; half++) {
      const u64v product0 = multiply_even(x[0][half], (u64v)u32_splat(0xd2511f53));
      const u64v product1 = multiply_even(x[2][half], (u64v)u32_splat(0xcd9e8d57));
      x[0][half] = (product1 >> 32) ^ x[1][half] ^ (u64v)u32_splat(key0);
      x[1][half] = product1;
      x[2][half] = (product0 >> 32) ^ x[3][half] ^ (u64v)u32_splat(key1);
      x[3][half] = product0;
    }
    key0 += 0x9e3779b9;
    key1 += 0xbb67ae85;
  }
  for (int k = 0; k < 4; k++) words[k] = alternate(x[k][0], x[k][1] << 32);
}
