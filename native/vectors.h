/*
 * Sets of real vectors: similarities with queries, softmax, and sums of vectors by weights, operation for operation as in
 * src/kernels/reference-vectors.ts, on arrays outside the memory of WebAssembly. The threads of a call share its chunks,
 * whose results lie apart.
 */
#pragma once
#include "call.h"
#include "functions.h"
#include "lanes.h"
#include "threads.h"

/*
 * Vectors of a chunk, and those that are compared at a time; runs of chunks for a thread; lanes of a register of doubles; registers of the eight sums of a
 * similarity.
 */
enum { VECTOR_CHUNK = 1024, NEAR = 32, RUNS = 16, WIDE = LANES / 2, PARTS = 8 / WIDE, LEADS = 3 };
/* Queries and vectors that are compared together, and queries and registers that are added to together. */
#if VECTOR == 64
enum { QUERIES = 4, VECTORS = 4, ADDED = 4, ADDED_TO = 4, ALONE = 16 };
#elif VECTOR == 32
enum { QUERIES = 2, VECTORS = 2, ADDED = 2, ADDED_TO = 4, ALONE = 8 };
#else
enum { QUERIES = 2, VECTORS = 1, ADDED = 2, ADDED_TO = 4, ALONE = 8 };
#endif
#define UNROLLED _Pragma("GCC unroll 16")

enum { COMPARE, WEIGH, ADD_UP };

typedef struct VectorWork {
  const float *vectors;
  const uint32_t *rows;
  size_t count, units, padded, chunks, queries, run;
  const double *query;
  const float *single_query;
  int task, euclidean;
  double beta;
  double *weights, *leads, *sums;
  float *single_weights;
  uint8_t *room;
  /* What is done with a chunk, in double or in single precision. */
  void (*chunk)(const struct VectorWork *work, size_t c, float *room);
  Claims claims;
} VectorWork;

/* In double precision; GCC takes five instructions of __builtin_convertvector where one will do. */
INLINE f64v wide_of(const float *values) {
#if VECTOR == 64
  return (f64v)_mm512_cvtps_pd(_mm256_loadu_ps(values));
#else
  return __builtin_convertvector(*(const f32half *)values, f64v);
#endif
}
INLINE f64v f64_load(const double *at) { return *(const f64v *)at; }
INLINE void f64_store(double *at, f64v value) { *(f64v *)at = value; }

/* Sums over i mod 8, i mod 4, i mod 2 and all. */
INLINE double sum_of_eight(const f64v s[PARTS]) {
#if VECTOR == 64
  const f64x4 four = __builtin_shufflevector(s[0], s[0], 0, 1, 2, 3) + __builtin_shufflevector(s[0], s[0], 4, 5, 6, 7);
  const f64x2 two = __builtin_shufflevector(four, four, 0, 1) + __builtin_shufflevector(four, four, 2, 3);
#elif VECTOR == 32
  const f64v four = s[0] + s[1];
  const f64x2 two = __builtin_shufflevector(four, four, 0, 1) + __builtin_shufflevector(four, four, 2, 3);
#else
  const f64v two = (s[0] + s[2]) + (s[1] + s[3]);
#endif
  return two[0] + two[1];
}

#if VECTOR == 64
/* Two neighbours of four sums of eight: the sums over i mod 2 of a, b, c and d. */
INLINE f64v pairs_of_four(f64v a, f64v b, f64v c, f64v d) {
  const f64v ab = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11) +
                  __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
  const f64v cd = __builtin_shufflevector(c, d, 0, 1, 2, 3, 8, 9, 10, 11) +
                  __builtin_shufflevector(c, d, 4, 5, 6, 7, 12, 13, 14, 15);
  return __builtin_shufflevector(ab, cd, 0, 1, 4, 5, 8, 9, 12, 13) +
         __builtin_shufflevector(ab, cd, 2, 3, 6, 7, 10, 11, 14, 15);
}

/* The sums of eight times eight numbers, in their order. */
INLINE f64v sums_of_eights(const f64v *s[8]) {
  const f64v even = pairs_of_four(*s[0], *s[2], *s[4], *s[6]), odd = pairs_of_four(*s[1], *s[3], *s[5], *s[7]);
  return __builtin_shufflevector(even, odd, 0, 8, 2, 10, 4, 12, 6, 14) +
         __builtin_shufflevector(even, odd, 1, 9, 3, 11, 5, 13, 7, 15);
}
#endif

/* Similarities of `queries` queries with `vectors` vectors, `stride` numbers apart in `out`. */
INLINE void compare_some(
    const float *x, const double *q, size_t padded, int queries, int vectors, int euclidean, double *out,
    size_t stride) {
  f64v sums[QUERIES][VECTORS * 2][PARTS] = {{{{0}}}};
  for (size_t i = 0; i < padded; i += 8) {
    UNROLLED for (int p = 0; p < PARTS; p++) {
      f64v y[VECTORS * 2];
      UNROLLED for (int j = 0; j < vectors; j++) y[j] = wide_of(x + j * padded + i + p * WIDE);
      UNROLLED for (int k = 0; k < queries; k++) {
        const f64v z = f64_load(q + k * padded + i + p * WIDE);
        UNROLLED for (int j = 0; j < vectors; j++) {
          const f64v difference = z - y[j];
          sums[k][j][p] += euclidean ? difference * difference : z * y[j];
        }
      }
    }
  }
#if VECTOR == 64
  /* Eight sums at a time: those of a query with eight vectors, or of two queries with four. */
  if (queries * vectors % 8 == 0 && vectors >= 4) {
    const f64v half = f64_splat(euclidean ? -0.5 : 1);
    UNROLLED for (int k = 0; k < queries; k += 8 / vectors) {
      const f64v *s[8];
      UNROLLED for (int n = 0; n < 8; n++) s[n] = sums[k + n / vectors][n % vectors];
      const f64v found = half * sums_of_eights(s);
      UNROLLED for (int n = 0; n < 8; n += vectors) {
        memcpy(out + (k + n / vectors) * stride, (const double *)&found + n, vectors * sizeof(double));
      }
    }
    return;
  }
#endif
  UNROLLED for (int k = 0; k < queries; k++) {
    UNROLLED for (int j = 0; j < vectors; j++) {
      const double sum = sum_of_eight(sums[k][j]);
      out[k * stride + j] = euclidean ? -sum / 2 : sum;
    }
  }
}

/* Some queries with a chunk of `rows` vectors. */
INLINE void compare_rows(
    const float *x, size_t rows, const double *q, size_t padded, int queries, int vectors, int euclidean, double *out,
    size_t stride) {
  size_t j = 0;
  for (; j + vectors <= rows; j += vectors) {
    compare_some(x + j * padded, q, padded, queries, vectors, euclidean, out + j, stride);
  }
  for (; j < rows; j++) compare_some(x + j * padded, q, padded, queries, 1, euclidean, out + j, stride);
}

/* Some vectors at a time with all queries: they stay in the nearest cache. */
static void compare_chunk(const VectorWork *work, const float *x, size_t rows, double *out) {
  const size_t padded = work->padded, stride = work->count;
  for (size_t j = 0; j < rows; j += NEAR, x += NEAR * padded, out += NEAR) {
    const size_t some = least(NEAR, rows - j);
    const double *q = work->query;
    double *to = out;
    size_t k = 0;
    for (; k + QUERIES <= work->queries; k += QUERIES, q += QUERIES * padded, to += QUERIES * stride) {
      if (work->euclidean) compare_rows(x, some, q, padded, QUERIES, VECTORS, 1, to, stride);
      else compare_rows(x, some, q, padded, QUERIES, VECTORS, 0, to, stride);
    }
    for (; k < work->queries; k++, q += padded, to += stride) {
      if (work->euclidean) compare_rows(x, some, q, padded, 1, VECTORS * 2, 1, to, stride);
      else compare_rows(x, some, q, padded, 1, VECTORS * 2, 0, to, stride);
    }
  }
}

/* Makes weights of the similarities of a chunk; writes the largest, the second and the sum of the weights. */
static void weigh_chunk(double *s, size_t rows, double beta, double *leads) {
  enum { STEP = ABREAST * WIDE };
  const double infinity = __builtin_inf();
  f64v firsts = f64_splat(-infinity), seconds = firsts;
  double first = -infinity, second = -infinity;
  size_t j = 0;
  for (; j + WIDE <= rows; j += WIDE) {
    const f64v x = f64_load(s + j);
    const f64v less = f64_select((i64v)(x < firsts), x, firsts);
    seconds = f64_select((i64v)(less > seconds), less, seconds);
    firsts = f64_select((i64v)(x > firsts), x, firsts);
  }
  double last[3 * WIDE];
  f64_store(last, firsts);
  f64_store(last + WIDE, seconds);
  size_t many = 2 * WIDE;
  for (; j < rows; j++) last[many++] = s[j];
  for (size_t k = 0; k < many; k++) {
    const double x = last[k], less = x < first ? x : first;
    if (less > second) second = less;
    if (x > first) first = x;
  }
  const f64v slope = f64_splat(beta), most = f64_splat(beta * first), least = f64_splat(-60);
  f64v totals[PARTS] = {{0}};
  for (j = 0; j < rows; j += STEP) {
    f64v x[ABREAST];
    i64v far[ABREAST], none = (i64v)(most == most);
    const size_t left = rows - j;
    double rest[STEP];
    const double *from = s + j;
    if (left < STEP) {
      for (size_t k = 0; k < STEP; k++) rest[k] = k < left ? from[k] : -infinity;
      from = rest;
    }
    EACH {
      x[q] = slope * f64_load(from + q * WIDE) - most;
      far[q] = (i64v)(x[q] < least);
      none &= far[q];
      x[q] = f64_select(far[q], least, x[q]);
    }
    int64_t all = -1;
    for (int k = 0; k < WIDE; k++) all &= none[k];
    if (all) {
      memset(s + j, 0, (left < STEP ? left : STEP) * sizeof(double));
      continue;
    }
    exponentials(x);
    EACH {
      x[q] = (f64v)((i64v)x[q] & ~far[q]);
      totals[q % PARTS] += x[q];
    }
    if (left >= STEP) {
      EACH f64_store(s + j + q * WIDE, x[q]);
    } else {
      EACH f64_store(rest + q * WIDE, x[q]);
      memcpy(s + j, rest, left * sizeof(double));
    }
  }
  leads[0] = first;
  leads[1] = second;
  leads[2] = sum_of_eight(totals);
}

/*
 * Sums over a chunk for `queries` queries, of `registers` registers of columns. What lies `ahead`, if it is not 0, will be read
 * next: it comes from memory in the meantime.
 */
INLINE void add_some(
    const double *weights, size_t stride, const float *x, size_t padded, const uint16_t *rows, size_t many, int queries,
    int registers, double *sums, size_t apart, size_t ahead) {
  f64v c[ADDED][ALONE];
  UNROLLED for (int k = 0; k < queries; k++) {
    UNROLLED for (int r = 0; r < registers; r++) c[k][r] = (f64v){0};
  }
  for (size_t n = 0; n < many; n++) {
    const size_t j = rows[n];
    const float *y = x + j * padded;
    if (ahead > 0) {
      for (int i = 0; i < registers * WIDE; i += 16) __builtin_prefetch(y + ahead + i, 0, 2);
    }
    f64v v[ALONE];
    UNROLLED for (int r = 0; r < registers; r++) v[r] = wide_of(y + r * WIDE);
    UNROLLED for (int k = 0; k < queries; k++) {
      const f64v w = f64_splat(weights[k * stride + j]);
      UNROLLED for (int r = 0; r < registers; r++) c[k][r] += w * v[r];
    }
  }
  UNROLLED for (int k = 0; k < queries; k++) {
    UNROLLED for (int r = 0; r < registers; r++) f64_store(sums + k * apart + r * WIDE, c[k][r]);
  }
}

INLINE void add_group(
    const double *weights, size_t stride, const float *x, size_t rows, size_t padded, int queries, int registers,
    double *sums, size_t apart, size_t ahead) {
  /* A vector without a weight adds nothing, not even a sign to a 0. */
  uint16_t list[VECTOR_CHUNK];
  size_t many = 0;
  for (size_t j = 0; j < rows; j++) {
    list[many] = (uint16_t)j;
    int some = 0;
    for (int k = 0; k < queries; k++) some |= weights[k * stride + j] != 0;
    many += some;
  }
  size_t i = 0;
  for (; i + registers * WIDE <= padded; i += registers * WIDE) {
    add_some(weights, stride, x + i, padded, list, many, queries, registers, sums + i, apart, ahead);
  }
  for (; i < padded; i += 8) {
    add_some(weights, stride, x + i, padded, list, many, queries, PARTS, sums + i, apart, ahead);
  }
}

static void add_chunk_of(const VectorWork *work, const float *x, size_t rows, const double *weights, double *sums) {
  const size_t padded = work->padded, stride = work->count, apart = work->chunks * padded;
  size_t k = 0, ahead = rows * padded;
  for (; k + ADDED <= work->queries; k += ADDED, weights += ADDED * stride, sums += ADDED * apart) {
    add_group(weights, stride, x, rows, padded, ADDED, ADDED_TO, sums, apart, ahead);
    ahead = 0;
  }
  for (; k < work->queries; k++, weights += stride, sums += apart) {
    add_group(weights, stride, x, rows, padded, 1, ALONE, sums, apart, ahead);
    ahead = 0;
  }
}

/* A chunk as it lies, or copied to rows that are padded with zeros. */
static const float *chunk_at(const VectorWork *work, size_t first, size_t rows, float *room) {
  const size_t units = work->units, padded = work->padded;
  if (work->rows == 0 && units == padded) return work->vectors + first * units;
  for (size_t j = 0; j < rows; j++) {
    const size_t row = work->rows == 0 ? first + j : work->rows[first + j];
    memcpy(room + j * padded, work->vectors + row * units, units * sizeof(float));
    for (size_t i = units; i < padded; i++) room[j * padded + i] = 0;
  }
  return room;
}

static void work_on_chunk(const VectorWork *work, size_t c, float *room) {
  const size_t first = c * VECTOR_CHUNK, rows = least(VECTOR_CHUNK, work->count - first);
  const float *x = chunk_at(work, first, rows, room);
  double *weights = work->weights + first;
  if (work->task != ADD_UP) compare_chunk(work, x, rows, weights);
  if (work->task == WEIGH) {
    for (size_t k = 0; k < work->queries; k++) {
      double *leads = work->leads + (k * work->chunks + c) * LEADS;
      weigh_chunk(weights + k * work->count, rows, work->beta, leads);
    }
  }
  if (work->task != COMPARE) add_chunk_of(work, x, rows, weights, work->sums + c * work->padded);
}

/* What a thread does: runs of chunks, until none is left. While it adds up a chunk, the next one, its own, comes from memory. */
static void work_on_vectors(void *given, size_t thread) {
  VectorWork *work = given;
  float *room = (float *)(work->room + thread * VECTOR_CHUNK * work->padded * sizeof(float));
  for (size_t first; (first = claim(&work->claims) * work->run) < work->chunks;) {
    const size_t end = least(work->chunks, first + work->run);
    for (size_t c = first; c < end; c++) work->chunk(work, c, room);
  }
}

/*
 * Numbers: task, vectors, units, queries, euclidean, beta, threads; arrays: the vectors, their rows (none for all), the padded
 * queries, similarities or weights, leads, sums. The memory is room for a chunk for each thread.
 */
static double vectors(const Call *call) {
  const size_t count = INDEX(1), units = INDEX(2), threads = INDEX(6);
  const size_t chunks = (count + VECTOR_CHUNK - 1) / VECTOR_CHUNK;
  VectorWork work = {
      .vectors = ARRAY(const float, 0),
      .rows = ARRAY(const uint32_t, 1),
      .count = count,
      .units = units,
      .padded = (units + 7) / 8 * 8,
      .chunks = chunks,
      .queries = INDEX(3),
      .run = chunks / (threads * RUNS) + 1,
      .query = ARRAY(const double, 2),
      .task = (int)NUMBER(0),
      .euclidean = NUMBER(4) != 0,
      .beta = NUMBER(5),
      .weights = ARRAY(double, 3),
      .leads = ARRAY(double, 4),
      .sums = ARRAY(double, 5),
      .room = call->memory,
      .chunk = work_on_chunk,
  };
  on_threads(work_on_vectors, &work, threads);
  return 0;
}

/* Numbers: chunks, padded; arrays: a factor for each chunk, the sums of the chunks, out += the sums times the factors, in order. */
static double merge_sums(const Call *call) {
  const size_t chunks = INDEX(0), padded = INDEX(1);
  const double *factors = ARRAY(const double, 0), *sums = ARRAY(const double, 1);
  double *out = ARRAY(double, 2);
  for (size_t c = 0; c < chunks; c++, sums += padded) {
    if (factors[c] == 0) continue;
    const f64v factor = f64_splat(factors[c]);
    for (size_t i = 0; i < padded; i += WIDE) f64_store(out + i, f64_load(out + i) + factor * f64_load(sums + i));
  }
  return 0;
}
