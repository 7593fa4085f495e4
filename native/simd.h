/*
 * Vectors of VECTOR bytes, by the vector extensions of GCC and Clang: one source for AVX-512 (64), AVX2 (32), SSE2 and
 * NEON (16). Few operations have no form there; they are written for each instruction set at the end.
 *
 * Every function mirrors one of assembly/: the same operations on each number in the same order, in single or double
 * precision as there. Multiplications and additions are never fused (-ffp-contract=off).
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

/* Without the headers of a C library: the addon is compiled for other systems, too. */
#define memcpy __builtin_memcpy
#define memset __builtin_memset

#define INLINE static inline __attribute__((always_inline))
#define LANES (VECTOR / 4)

INLINE size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* Loads and stores through these types need no alignment. */
#define VECTOR_OF(type, name) typedef type name __attribute__((vector_size(VECTOR), aligned(sizeof(type)), may_alias))
VECTOR_OF(float, f32v);
VECTOR_OF(double, f64v);
VECTOR_OF(int32_t, i32v);
VECTOR_OF(uint32_t, u32v);
VECTOR_OF(int64_t, i64v);
VECTOR_OF(uint64_t, u64v);
typedef float f32half __attribute__((vector_size(VECTOR / 2), aligned(4), may_alias));
typedef double f64x2 __attribute__((vector_size(16), aligned(8), may_alias));
typedef float f32x4 __attribute__((vector_size(16), aligned(4), may_alias));
typedef int32_t i32x4 __attribute__((vector_size(16), aligned(4), may_alias));

INLINE f32v f32_load(const float *at) { return *(const f32v *)at; }
INLINE void f32_store(float *at, f32v value) { *(f32v *)at = value; }
INLINE f32v f32_splat(float value) { return value - (f32v){}; }
INLINE f64v f64_splat(double value) { return value - (f64v){}; }
INLINE u32v u32_splat(uint32_t value) { return value - (u32v){}; }

/* The lanes of `yes` where all bits of the mask are set, of `no` where none is. */
INLINE f32v f32_select(i32v mask, f32v yes, f32v no) { return (f32v)(((i32v)yes & mask) | ((i32v)no & ~mask)); }
INLINE f64v f64_select(i64v mask, f64v yes, f64v no) { return (f64v)(((i64v)yes & mask) | ((i64v)no & ~mask)); }

/* The larger numbers; those of a where one is NaN. */
INLINE f32v f32_max(f32v a, f32v b) { return f32_select((i32v)(a < b), b, a); }

/* All ones in the first `count` lanes, and else 0. */
INLINE i32v first_lanes(size_t count) {
  static const int32_t ones[2 * LANES] = {
#if VECTOR == 64
      -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
#elif VECTOR == 32
      -1, -1, -1, -1, -1, -1, -1, -1,
#else
      -1, -1, -1, -1,
#endif
  };
  return *(const i32v *)(ones + LANES - least(count, LANES));
}

/*
 * The first `count` lanes of a vector, or all of them, go to memory, in halves, quarters and so on: a load from behind a masked
 * store would wait for it, although that wrote nothing there.
 */
INLINE void f32_store_some(float *at, f32v value, size_t count) {
  if (count >= LANES) {
    f32_store(at, value);
    return;
  }
#if VECTOR == 64
  __m256 eight = _mm512_castps512_ps256((__m512)value);
  if (count & 8) {
    _mm256_storeu_ps(at, eight);
    eight = _mm512_extractf32x8_ps((__m512)value, 1);
    at += 8;
  }
#elif VECTOR == 32
  const __m256 eight = (__m256)value;
#endif
#if VECTOR >= 32
  __m128 four = _mm256_castps256_ps128(eight);
  if (count & 4) {
    _mm_storeu_ps(at, four);
    four = _mm256_extractf128_ps(eight, 1);
    at += 4;
  }
  const f32x4 last = (f32x4)four;
#else
  const f32x4 last = value;
#endif
  count &= 3;
  if (count > 0) at[0] = last[0];
  if (count > 1) at[1] = last[1];
  if (count > 2) at[2] = last[2];
}

#if VECTOR == 64
#define INDICES(a, b, c, d) \
  a, b, c, d, a + 4, b + 4, c + 4, d + 4, a + 8, b + 8, c + 8, d + 8, a + 12, b + 12, c + 12, d + 12
#define FIRST_BLOCKS 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15
#elif VECTOR == 32
#define INDICES(a, b, c, d) a, b, c, d, a + 4, b + 4, c + 4, d + 4
#define FIRST_BLOCKS 0, 2, 4, 6, 1, 3, 5, 7
#else
#define INDICES(a, b, c, d) a, b, c, d
#define FIRST_BLOCKS 0, 1, 2, 3
#endif

/*
 * From four registers of words, one for each word of LANES blocks of four words, to the words in their order. The lanes of
 * the registers belong to the blocks FIRST_BLOCKS.
 */
INLINE void interleave(u32v words[4]) {
  const u32v ab_low = __builtin_shufflevector(words[0], words[1], INDICES(0, LANES, 1, LANES + 1));
  const u32v cd_low = __builtin_shufflevector(words[2], words[3], INDICES(0, LANES, 1, LANES + 1));
  const u32v ab_high = __builtin_shufflevector(words[0], words[1], INDICES(2, LANES + 2, 3, LANES + 3));
  const u32v cd_high = __builtin_shufflevector(words[2], words[3], INDICES(2, LANES + 2, 3, LANES + 3));
  words[0] = __builtin_shufflevector(ab_low, cd_low, INDICES(0, 1, LANES, LANES + 1));
  words[1] = __builtin_shufflevector(ab_low, cd_low, INDICES(2, 3, LANES + 2, LANES + 3));
  words[2] = __builtin_shufflevector(ab_high, cd_high, INDICES(0, 1, LANES, LANES + 1));
  words[3] = __builtin_shufflevector(ab_high, cd_high, INDICES(2, 3, LANES + 2, LANES + 3));
}

/* The products of the lower halves of 64-bit lanes. */
INLINE u64v multiply_even(u64v a, u64v b) {
#if VECTOR == 64
  return (u64v)_mm512_mul_epu32((__m512i)a, (__m512i)b);
#elif VECTOR == 32
  return (u64v)_mm256_mul_epu32((__m256i)a, (__m256i)b);
#elif defined(__SSE2__)
  return (u64v)_mm_mul_epu32((__m128i)a, (__m128i)b);
#elif defined(__aarch64__)
  return (u64v)vmull_u32(vmovn_u64((uint64x2_t)a), vmovn_u64((uint64x2_t)b));
#else
  return (a & 0xffffffff) * (b & 0xffffffff);
#endif
}

/* Bit k is set where lane k of a is less than that of b. */
INLINE uint32_t less_bits(f32v a, f32v b) {
#if VECTOR == 64
  return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_LT_OQ);
#elif VECTOR == 32
  return (uint32_t)_mm256_movemask_ps((__m256)(a < b));
#elif defined(__SSE2__)
  return (uint32_t)_mm_movemask_ps((__m128)(a < b));
#else
  const u32v bits = (u32v)(a < b) & (u32v){1, 2, 4, 8};
  return bits[0] | bits[1] | bits[2] | bits[3];
#endif
}

INLINE f32v f32_sqrt(f32v x) {
#if VECTOR == 64
  return (f32v)_mm512_sqrt_ps((__m512)x);
#elif VECTOR == 32
  return (f32v)_mm256_sqrt_ps((__m256)x);
#elif defined(__SSE2__)
  return (f32v)_mm_sqrt_ps((__m128)x);
#elif defined(__aarch64__)
  return (f32v)vsqrtq_f32((float32x4_t)x);
#else
  for (int k = 0; k < LANES; k++) x[k] = __builtin_sqrtf(x[k]);
  return x;
#endif
}

INLINE f64v f64_sqrt(f64v x) {
#if VECTOR == 64
  return (f64v)_mm512_sqrt_pd((__m512d)x);
#elif VECTOR == 32
  return (f64v)_mm256_sqrt_pd((__m256d)x);
#elif defined(__SSE2__)
  return (f64v)_mm_sqrt_pd((__m128d)x);
#elif defined(__aarch64__)
  return (f64v)vsqrtq_f64((float64x2_t)x);
#else
  for (int k = 0; k < LANES / 2; k++) x[k] = __builtin_sqrt(x[k]);
  return x;
#endif
}

/* Single precision as double. */
INLINE f64v widened(const float *values) { return __builtin_convertvector(*(const f32half *)values, f64v); }
