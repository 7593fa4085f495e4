/* The largest similarities of blocks of vectors as whole numbers, as in src/kernels/reference-screen.ts. */
#pragma once
#include "call.h"
#include "simd.h"
#include "threads.h"

/* Vectors of a block, registers of their sums, queries that are worked on together, and blocks that a thread claims. */
enum { BLOCK = 16, BLOCK_SUMS = BLOCK / LANES, SCREENED = 8 / BLOCK_SUMS, CLAIMED = 64 };

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
  size_t blocks, pairs, queries, most, room;
  double beta, omitted;
  const int8_t *codes;
  const float *scales, *offsets, *bounds;
  const double *shares;
  const int32_t *numbers;
  const float *query_scales;
  const double *sizes;
  float *maxima;
  double *top;
  uint16_t *gaps;
  uint32_t *kept;
  double *found;
  Claims claims;
} ScreenWork;

INLINE float largest_lane(f32v x) {
  float lanes[LANES], largest = -__builtin_inff();
#if VECTOR == 64
  return _mm512_reduce_max_ps((__m512)x);
#endif
  f32_store(lanes, x);
  for (int k = 0; k < LANES; k++) largest = lanes[k] > largest ? lanes[k] : largest;
  return largest;
}

#define EACH_SUM _Pragma("GCC unroll 16") for (int r = 0; r < BLOCK_SUMS; r++)
#define EACH_QUERY _Pragma("GCC unroll 16") for (int n = 0; n < queries; n++)

/* M_b of a block with some queries, from query k on. */
INLINE void screen_block(const ScreenWork *work, size_t b, size_t k, int queries) {
  const size_t pairs = work->pairs;
  const int8_t *codes = work->codes + b * pairs * 2 * BLOCK;
  const int32_t *numbers = work->numbers + k * pairs;
  i32v sums[SCREENED][BLOCK_SUMS];
  EACH_QUERY { EACH_SUM sums[n][r] = (i32v){0}; }
  for (size_t p = 0; p < pairs; p++) {
    i16v x[BLOCK_SUMS];
    EACH_SUM x[r] = widened_codes(codes + p * 2 * BLOCK + r * 2 * LANES);
    EACH_QUERY {
      const i16v y = (i16v)(numbers[n * pairs + p] - (i32v){0});
      EACH_SUM sums[n][r] = add_pairs(sums[n][r], x[r], y);
    }
  }
  EACH_QUERY {
    const f32v factor = f32_splat(work->scales[b] * work->query_scales[k + n]);
    f32v most = f32_splat(-__builtin_inff());
    EACH_SUM {
      f32v similarity = __builtin_convertvector(sums[n][r], f32v) * factor;
      if (work->offsets != 0) similarity += f32_load(work->offsets + b * BLOCK + r * LANES);
      most = f32_select((i32v)(similarity > most), similarity, most);
    }
    work->maxima[(k + n) * work->blocks + b] = largest_lane(most);
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

/* Which blocks are kept for query k. */
static void select_blocks(const ScreenWork *work, size_t k, double *top, uint16_t *gaps) {
  enum { STEPS = 4, GAPS = 400 };
  const double infinity = __builtin_inf(), rounding = 0x1p-21, smallest = 0x1p-110, beyond = 0x1p126;
  const size_t blocks = work->blocks, most = work->most;
  const float *maxima = work->maxima + k * blocks;
  const float *errors = work->bounds, *lengths = errors + blocks, *offsets = lengths + blocks;
  const double norm = work->sizes[3 * k], rest = work->sizes[3 * k + 1], shift = work->sizes[3 * k + 2];
#define SIZE(b) ((norm + rest) * (double)lengths[b] + (double)offsets[b] + shift)
#define WITHIN(b, size) (norm * (double)errors[b] + rest * (double)lengths[b] + rounding * (size) + smallest)
  for (size_t n = 0; n < most; n++) top[n] = -infinity;
  for (size_t b = 0; b < blocks; b++) {
    const double size = SIZE(b);
    const double lower = size < beyond ? (double)maxima[b] - WITHIN(b, size) : -infinity;
    if (!(lower > top[most - 1])) continue;
    size_t at = most - 1;
    for (; at > 0 && lower > top[at - 1]; at--) top[at] = top[at - 1];
    top[at] = lower;
  }
  const double best = top[0], floor = top[most - 1], slope = STEPS * work->beta;
  uint32_t counts[GAPS + 1] = {0};
  for (size_t b = 0; b < blocks; b++) {
    const double size = SIZE(b);
    const double upper = size < beyond ? (double)maxima[b] + WITHIN(b, size) : infinity;
    const double gap = upper >= floor ? 0 : slope * (best - upper);
    const uint16_t whole = gap > 0 ? (gap < GAPS ? (uint16_t)gap : GAPS) : 0;
    gaps[b] = whole;
    counts[whole]++;
  }
  size_t limit = GAPS + 1;
  double sum = 0;
  for (; limit > 1; limit--) {
    const double more = sum + counts[limit - 1] * work->shares[limit - 1];
    if (more > work->omitted) break;
    sum = more;
  }
  uint32_t *kept = work->kept + k * work->room;
  size_t many = 0;
  for (size_t b = 0; b < blocks && many < work->room; b++) {
    if (gaps[b] < limit) kept[many++] = (uint32_t)b;
  }
  work->found[2 * k] = (double)many;
  work->found[2 * k + 1] = sum;
}

static void select_all(void *given, size_t thread) {
  ScreenWork *work = given;
  double *top = work->top + thread * work->most;
  uint16_t *gaps = work->gaps + thread * work->blocks;
  for (size_t k; (k = claim(&work->claims)) < work->queries;) select_blocks(work, k, top, gaps);
}

/*
 * Numbers: blocks, pairs, queries, most, room, beta, omitted, threads; arrays: the codes of the vectors, the scales of the
 * blocks, offsets or none, bounds, shares, pairs of numbers of the queries, their scales, their sizes, room for maxima, for the
 * largest and for gaps of each thread, the blocks that are kept, what was found.
 */
static double screen(const Call *call) {
  ScreenWork work = {
      .blocks = INDEX(0),
      .pairs = INDEX(1),
      .queries = INDEX(2),
      .most = INDEX(3),
      .room = INDEX(4),
      .beta = NUMBER(5),
      .omitted = NUMBER(6),
      .codes = ARRAY(const int8_t, 0),
      .scales = ARRAY(const float, 1),
      .offsets = ARRAY(const float, 2),
      .bounds = ARRAY(const float, 3),
      .shares = ARRAY(const double, 4),
      .numbers = ARRAY(const int32_t, 5),
      .query_scales = ARRAY(const float, 6),
      .sizes = ARRAY(const double, 7),
      .maxima = ARRAY(float, 8),
      .top = ARRAY(double, 9),
      .gaps = ARRAY(uint16_t, 10),
      .kept = ARRAY(uint32_t, 11),
      .found = ARRAY(double, 12),
  };
  on_threads(screen_blocks, &work, INDEX(7));
  work.claims = (Claims){0};
  on_threads(select_all, &work, INDEX(7));
  return 0;
}
