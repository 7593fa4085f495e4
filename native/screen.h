/* The largest similarities of blocks of vectors as whole numbers, as in src/kernels/reference-screen.ts. */
#pragma once
#include "call.h"
#include "simd.h"
#include "threads.h"

/* Vectors of a block, registers of their sums, queries that are worked on together, and blocks that a thread claims. */
enum { BLOCK = 16, SUMS = BLOCK / LANES, SCREENED = 8 / SUMS, CLAIMED = 64 };

VECTOR_OF(int16_t, i16v);

/* Sixteen-bit numbers from LANES pairs of bytes. */
INLINE i16v widened_codes(const int8_t *codes) {
#if VECTOR == 64
  return (i16v)_mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)codes));
#elif VECTOR == 32
  return (i16v)_mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)codes));
#else
  typedef int8_t i8half __attribute__((vector_size(8), aligned(1), may_alias));
  return __builtin_convertvector(*(const i8half *)codes, i16v);
#endif
}

/* sum + the products of neighbours, added in pairs. */
INLINE i32v add_pairs(i32v sum, i16v a, i16v b) {
#if VECTOR == 64 && defined(__AVX512VNNI__)
  return (i32v)_mm512_dpwssd_epi32((__m512i)sum, (__m512i)a, (__m512i)b);
#elif VECTOR == 64
  return sum + (i32v)_mm512_madd_epi16((__m512i)a, (__m512i)b);
#elif VECTOR == 32
  return sum + (i32v)_mm256_madd_epi16((__m256i)a, (__m256i)b);
#elif defined(__SSE2__)
  return sum + (i32v)_mm_madd_epi16((__m128i)a, (__m128i)b);
#else
  const i32v x = (i32v)a, y = (i32v)b;
  return sum + ((x << 16) >> 16) * ((y << 16) >> 16) + (x >> 16) * (y >> 16);
#endif
}

typedef struct {
  size_t blocks, pairs, queries;
  const int8_t *codes;
  const float *scales, *offsets;
  const int32_t *numbers;
  const float *query_scales;
  float *out;
  Claims claims;
} ScreenWork;

/* A block with some queries, from query k on. */
INLINE void screen_block(const ScreenWork *work, size_t b, size_t k, int queries) {
  const size_t pairs = work->pairs;
  const int8_t *codes = work->codes + b * pairs * 2 * BLOCK;
  const int32_t *numbers = work->numbers + k * pairs;
  i32v sums[SCREENED][SUMS];
  for (int n = 0; n < queries; n++) {
    for (int r = 0; r < SUMS; r++) sums[n][r] = (i32v){0};
  }
  for (size_t p = 0; p < pairs; p++) {
    i16v x[SUMS];
    for (int r = 0; r < SUMS; r++) x[r] = widened_codes(codes + p * 2 * BLOCK + r * 2 * LANES);
    for (int n = 0; n < queries; n++) {
      const i16v y = (i16v)(numbers[n * pairs + p] - (i32v){0});
      for (int r = 0; r < SUMS; r++) sums[n][r] = add_pairs(sums[n][r], x[r], y);
    }
  }
  for (int n = 0; n < queries; n++) {
    const f32v factor = f32_splat(work->scales[b] * work->query_scales[k + n]);
    float lanes[BLOCK], most = -__builtin_inff();
    for (int r = 0; r < SUMS; r++) {
      f32v similarity = __builtin_convertvector(sums[n][r], f32v) * factor;
      if (work->offsets != 0) similarity += f32_load(work->offsets + b * BLOCK + r * LANES);
      f32_store(lanes + r * LANES, similarity);
    }
    for (int v = 0; v < BLOCK; v++) most = lanes[v] > most ? lanes[v] : most;
    work->out[(k + n) * work->blocks + b] = most;
  }
}

static void screen_blocks(void *given, size_t thread) {
  ScreenWork *work = given;
  (void)thread;
  for (size_t first; (first = claim(&work->claims) * CLAIMED) < work->blocks;) {
    const size_t end = least(first + CLAIMED, work->blocks);
    for (size_t b = first; b < end; b++) {
      size_t k = 0;
      for (; k + SCREENED <= work->queries; k += SCREENED) screen_block(work, b, k, SCREENED);
      for (; k < work->queries; k++) screen_block(work, b, k, 1);
    }
  }
}

/*
 * Numbers: blocks, pairs, queries, threads; arrays: the codes of the vectors, the scales of the blocks, offsets or none, pairs
 * of numbers of the queries and their scales, the maxima.
 */
static double screen(const Call *call) {
  ScreenWork work = {
      .blocks = INDEX(0),
      .pairs = INDEX(1),
      .queries = INDEX(2),
      .codes = ARRAY(const int8_t, 0),
      .scales = ARRAY(const float, 1),
      .offsets = ARRAY(const float, 2),
      .numbers = ARRAY(const int32_t, 3),
      .query_scales = ARRAY(const float, 4),
      .out = ARRAY(float, 5),
  };
  on_threads(screen_blocks, &work, INDEX(3));
  return 0;
}
