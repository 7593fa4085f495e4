/* Matrices of bits: bit r of a row is bit r % 8 of byte r / 8. */
#pragma once
#include "call.h"
#include "simd.h"

/* Transposes 8 x 8 bits: byte k of the result has bit k of each byte (Warren, Hacker's Delight, 2002, section 7-3). */
INLINE uint64_t transpose_8x8(uint64_t x) {
  uint64_t t = (x ^ (x >> 7)) & 0x00aa00aa00aa00aaull;
  x ^= t ^ (t << 7);
  t = (x ^ (x >> 14)) & 0x0000cccc0000ccccull;
  x ^= t ^ (t << 14);
  t = (x ^ (x >> 28)) & 0x00000000f0f0f0f0ull;
  return x ^ t ^ (t << 28);
}

/* Numbers: from, to, scratch, words, stride, rows, out, outStride; `from` is a multiple of 8. Bits beyond `rows` become 0. */
static double transpose_bits(const Call *call) {
  const size_t from = INDEX(0), to = INDEX(1), stride = INDEX(4), rows = INDEX(5), outStride = INDEX(7);
  const uint8_t *words = AT(const uint8_t, 3);
  uint8_t *out = AT(uint8_t, 6);
  memset(out + from * outStride, 0, (to - from) * outStride);
  for (size_t r = 0; r < rows; r += 8) {
    const size_t count = rows - r < 8 ? rows - r : 8;
    for (size_t c = from; c < to; c += 8) {
      uint64_t block = 0;
      for (size_t k = 0; k < count; k++) block |= (uint64_t)words[(r + k) * stride + c / 8] << (8 * k);
      block = transpose_8x8(block);
      const size_t width = to - c < 8 ? to - c : 8;
      for (size_t k = 0; k < width; k++) out[(c + k) * outStride + r / 8] = (uint8_t)(block >> (8 * k));
    }
  }
  return 0;
}
