/*
 * Softmax over sets of real vectors in single precision, operation for operation as in
 * src/kernels/reference-single-vectors.ts: sums over i mod 16, added in halves, and sums of vectors over runs of 128.
 */
#pragma once
#include "vectors.h"

/* Registers of the sixteen sums of a similarity; vectors that are summed up in single precision; the least score. */
enum { PARTS_OF_16 = 16 / LANES, SINGLE_RUN = 128, LEAST_SINGLE = -40 };
/* Queries and vectors that are compared together, and queries and registers that are added to together. */
#if VECTOR == 64
enum { SINGLE_QUERIES = 4, SINGLE_VECTORS = 4, SINGLE_ADDED = 4, SINGLE_ADDED_TO = 4, SINGLE_ALONE = 8 };
#elif VECTOR == 32
enum { SINGLE_QUERIES = 2, SINGLE_VECTORS = 2, SINGLE_ADDED = 2, SINGLE_ADDED_TO = 4, SINGLE_ALONE = 8 };
#else
enum { SINGLE_QUERIES = 2, SINGLE_VECTORS = 1, SINGLE_ADDED = 2, SINGLE_ADDED_TO = 4, SINGLE_ALONE = 8 };
#endif

INLINE float sum_of_sixteen(const f32v s[PARTS_OF_16]) {
  float sums[16];
  for (int p = 0; p < PARTS_OF_16; p++) f32_store(sums + p * LANES, s[p]);
  for (int half = 8; half > 0; half /= 2) {
    for (int l = 0; l < half; l++) sums[l] += sums[l + half];
  }
  return sums[0];
}

#if VECTOR == 64
#define F32_SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
INLINE f32v halves_of_two(f32v a, f32v b) {
  return F32_SHUFFLE(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +
         F32_SHUFFLE(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
}
INLINE f32v fours_of_four(f32v a, f32v b) {
  return F32_SHUFFLE(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27) +
         F32_SHUFFLE(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
}
INLINE f32v twos_of_eight(f32v a, f32v b) {
  return F32_SHUFFLE(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29) +
         F32_SHUFFLE(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
}

/* The sums of sixteen times sixteen numbers: that of s[4 m + g] in lane 4 g + m. */
INLINE f32v sums_of_sixteens(const f32v *s[16]) {
  f32v four[4];
  UNROLLED for (int k = 0; k < 4; k++) {
    four[k] = fours_of_four(halves_of_two(*s[4 * k], *s[4 * k + 1]), halves_of_two(*s[4 * k + 2], *s[4 * k + 3]));
  }
  const f32v a = twos_of_eight(four[0], four[1]), b = twos_of_eight(four[2], four[3]);
  return F32_SHUFFLE(a, b, 0, 2, 16, 18, 4, 6, 20, 22, 8, 10, 24, 26, 12, 14, 28, 30) +
         F32_SHUFFLE(a, b, 1, 3, 17, 19, 5, 7, 21, 23, 9, 11, 25, 27, 13, 15, 29, 31);
}
#endif

/* Similarities of `queries` queries with `vectors` vectors, `stride` numbers apart in `out`. */
INLINE void compare_singles(
    const float *x, const float *q, size_t padded, int queries, int vectors, int euclidean, float *out, size_t stride) {
  f32v sums[SINGLE_QUERIES][SINGLE_VECTORS * 4][PARTS_OF_16] = {{{{0}}}};
  for (size_t i = 0; i < padded; i += 16) {
    UNROLLED for (int p = 0; p < PARTS_OF_16; p++) {
      f32v y[SINGLE_VECTORS * 4];
      UNROLLED for (int j = 0; j < vectors; j++) y[j] = f32_load(x + j * padded + i + p * LANES);
      UNROLLED for (int k = 0; k < queries; k++) {
        const f32v z = f32_load(q + k * padded + i + p * LANES);
        UNROLLED for (int j = 0; j < vectors; j++) {
          const f32v difference = z - y[j];
          sums[k][j][p] += euclidean ? difference * difference : z * y[j];
        }
      }
    }
  }
#if VECTOR == 64
  /* Sixteen sums at a time: four queries with four vectors, or one with sixteen. */
  if (queries * vectors == 16) {
    const f32v *s[16];
    UNROLLED for (int m = 0; m < 4; m++) {
      UNROLLED for (int g = 0; g < 4; g++) s[4 * m + g] = queries == 4 ? sums[g][m] : sums[0][4 * g + m];
    }
    const f32v found = f32_splat(euclidean ? -0.5f : 1.0f) * sums_of_sixteens(s);
    UNROLLED for (int k = 0; k < queries; k++) {
      memcpy(out + k * stride, (const float *)&found + k * vectors, vectors * sizeof(float));
    }
    return;
  }
#endif
  UNROLLED for (int k = 0; k < queries; k++) {
    UNROLLED for (int j = 0; j < vectors; j++) {
      const float sum = sum_of_sixteen(sums[k][j]);
      out[k * stride + j] = euclidean ? -0.5f * sum : sum;
    }
  }
}

INLINE void compare_single_rows(
    const float *x, size_t rows, const float *q, size_t padded, int queries, int vectors, int euclidean, float *out,
    size_t stride) {
  size_t j = 0;
  for (; j + vectors <= rows; j += vectors) {
    compare_singles(x + j * padded, q, padded, queries, vectors, euclidean, out + j, stride);
  }
  for (; j < rows; j++) compare_singles(x + j * padded, q, padded, queries, 1, euclidean, out + j, stride);
}

/* Some vectors at a time with all queries: they stay in the nearest cache. */
static void compare_single_chunk(const VectorWork *work, const float *x, size_t rows, float *out) {
  enum { Q = SINGLE_QUERIES, V = SINGLE_VECTORS };
  const size_t padded = work->padded, stride = work->count;
  for (size_t j = 0; j < rows; j += NEAR, x += NEAR * padded, out += NEAR) {
    const size_t some = least(NEAR, rows - j);
    const float *q = work->single_query;
    float *to = out;
    size_t k = 0;
    for (; k + Q <= work->queries; k += Q, q += Q * padded, to += Q * stride) {
      if (work->euclidean) compare_single_rows(x, some, q, padded, Q, V, 1, to, stride);
      else compare_single_rows(x, some, q, padded, Q, V, 0, to, stride);
    }
    for (; k < work->queries; k++, q += padded, to += stride) {
      if (work->euclidean) compare_single_rows(x, some, q, padded, 1, 4 * V, 1, to, stride);
      else compare_single_rows(x, some, q, padded, 1, 4 * V, 0, to, stride);
    }
  }
}

/* Makes weights of the similarities of a chunk; writes the largest, the second and the sum of the weights. */
static void weigh_single_chunk(float *s, size_t rows, float beta, double *leads) {
  const float infinity = __builtin_inff();
  f32v firsts = f32_splat(-infinity), seconds = firsts;
  size_t j = 0;
  for (; j + LANES <= rows; j += LANES) {
    const f32v x = f32_load(s + j);
    const f32v less = f32_select((i32v)(x < firsts), x, firsts);
    seconds = f32_select((i32v)(less > seconds), less, seconds);
    firsts = f32_select((i32v)(x > firsts), x, firsts);
  }
  float last[3 * LANES], first = -infinity, second = -infinity;
  f32_store(last, firsts);
  f32_store(last + LANES, seconds);
  size_t many = 2 * LANES;
  for (; j < rows; j++) last[many++] = s[j];
  for (size_t k = 0; k < many; k++) {
    const float x = last[k], less = x < first ? x : first;
    if (less > second) second = less;
    if (x > first) first = x;
  }
  const f32v slope = f32_splat(beta), most = f32_splat(first), least = f32_splat(LEAST_SINGLE);
  f64v totals[PARTS] = {{0}};
  for (j = 0; j < rows; j += 16) {
    float rest[16], *from = s + j;
    const size_t left = rows - j;
    if (left < 16) {
      for (size_t k = 0; k < 16; k++) rest[k] = k < left ? from[k] : -infinity;
      from = rest;
    }
    UNROLLED for (int p = 0; p < PARTS_OF_16; p++) {
      const f32v t = slope * (f32_load(from + p * LANES) - most);
      const f32v w = (f32v)((i32v)exp_of_negative(t) & ~(i32v)(t < least));
      f32_store(from + p * LANES, w);
    }
    UNROLLED for (int p = 0; p < 2 * PARTS; p++) totals[p % PARTS] += wide_of(from + p * WIDE);
    if (left < 16) memcpy(s + j, rest, left * sizeof(float));
  }
  leads[0] = first;
  leads[1] = second;
  leads[2] = sum_of_eight(totals);
}

/* Adds the sums over some rows for `queries` queries, of `registers` registers of columns. `ahead`: as in add_some. */
INLINE void add_singles(
    const float *weights, size_t stride, const float *x, size_t padded, const uint16_t *rows, size_t many, int queries,
    int registers, double *sums, size_t apart, size_t ahead) {
  f32v c[SINGLE_ADDED][SINGLE_ALONE];
  UNROLLED for (int k = 0; k < queries; k++) {
    UNROLLED for (int r = 0; r < registers; r++) c[k][r] = (f32v){0};
  }
  for (size_t n = 0; n < many; n++) {
    const size_t j = rows[n];
    const float *y = x + j * padded;
    if (ahead > 0) {
      for (int i = 0; i < registers * LANES; i += 16) __builtin_prefetch(y + ahead + i, 0, 2);
    }
    f32v v[SINGLE_ALONE];
    UNROLLED for (int r = 0; r < registers; r++) v[r] = f32_load(y + r * LANES);
    UNROLLED for (int k = 0; k < queries; k++) {
      const f32v w = f32_splat(weights[k * stride + j]);
      UNROLLED for (int r = 0; r < registers; r++) c[k][r] += w * v[r];
    }
  }
  UNROLLED for (int k = 0; k < queries; k++) {
    UNROLLED for (int r = 0; r < registers; r++) {
      float found[LANES];
      f32_store(found, c[k][r]);
      double *to = sums + k * apart + r * LANES;
      for (int l = 0; l < LANES; l += WIDE) f64_store(to + l, f64_load(to + l) + wide_of(found + l));
    }
  }
}

/* The vectors of a run of which one query of some at least has a weight; the others add nothing. */
INLINE size_t list_weighed(const float *weights, size_t stride, size_t rows, int queries, uint16_t *list) {
  size_t many = 0;
  for (size_t j = 0; j < rows; j++) {
    list[many] = (uint16_t)j;
    int some = 0;
    for (int k = 0; k < queries; k++) some |= weights[k * stride + j] != 0;
    many += some;
  }
  return many;
}

/* Runs of vectors, some of their columns at a time for all queries: they stay in the nearest cache. */
static void add_single_chunk(const VectorWork *work, const float *x, size_t rows, const float *weights, double *sums) {
  enum { Q = SINGLE_ADDED, GROUPS = 64 };
  const size_t padded = work->padded, stride = work->count, apart = work->chunks * padded;
  const size_t groups = work->queries / Q, ahead = VECTOR_CHUNK * padded;
  for (size_t k = 0; k < work->queries; k++) memset(sums + k * apart, 0, padded * sizeof(double));
  for (size_t j = 0; j < rows; j += SINGLE_RUN, x += SINGLE_RUN * padded, weights += SINGLE_RUN) {
    const size_t run = least(SINGLE_RUN, rows - j);
    uint16_t lists[GROUPS][SINGLE_RUN];
    size_t many[GROUPS];
    for (size_t from = 0; from < groups; from += GROUPS) {
      const size_t some = least(GROUPS, groups - from);
      const float *w = weights + from * Q * stride;
      double *to = sums + from * Q * apart;
      for (size_t g = 0; g < some; g++) many[g] = list_weighed(w + g * Q * stride, stride, run, Q, lists[g]);
      size_t i = 0;
      for (; i + SINGLE_ADDED_TO * LANES <= padded; i += SINGLE_ADDED_TO * LANES) {
        for (size_t g = 0; g < some; g++) {
          add_singles(
              w + g * Q * stride, stride, x + i, padded, lists[g], many[g], Q, SINGLE_ADDED_TO, to + g * Q * apart + i,
              apart, from + g == 0 ? ahead : 0);
        }
      }
      for (; i < padded; i += 16) {
        for (size_t g = 0; g < some; g++) {
          add_singles(
              w + g * Q * stride, stride, x + i, padded, lists[g], many[g], Q, PARTS_OF_16, to + g * Q * apart + i,
              apart, 0);
        }
      }
    }
    for (size_t k = groups * Q; k < work->queries; k++) {
      const float *w = weights + k * stride;
      double *to = sums + k * apart;
      const size_t some = list_weighed(w, stride, run, 1, lists[0]);
      size_t i = 0;
      for (; i + SINGLE_ALONE * LANES <= padded; i += SINGLE_ALONE * LANES) {
        add_singles(w, stride, x + i, padded, lists[0], some, 1, SINGLE_ALONE, to + i, apart, k == 0 ? ahead : 0);
      }
      for (; i < padded; i += 16) {
        add_singles(w, stride, x + i, padded, lists[0], some, 1, PARTS_OF_16, to + i, apart, 0);
      }
    }
  }
}

static void work_on_single_chunk(const VectorWork *work, size_t c, float *room) {
  const size_t first = c * VECTOR_CHUNK, rows = least(VECTOR_CHUNK, work->count - first);
  const float *x = chunk_at(work, first, rows, room);
  float *weights = work->single_weights + first;
  compare_single_chunk(work, x, rows, weights);
  for (size_t k = 0; k < work->queries; k++) {
    double *leads = work->leads + (k * work->chunks + c) * LEADS;
    weigh_single_chunk(weights + k * work->count, rows, (float)work->beta, leads);
  }
  add_single_chunk(work, x, rows, weights, work->sums + c * work->padded);
}

/*
 * Numbers: vectors, units, queries, euclidean, beta, threads; arrays: the vectors, their rows (none for all), the padded queries,
 * weights, leads, sums. The memory is room for a chunk for each thread.
 */
static double single_vectors(const Call *call) {
  const size_t count = INDEX(0), units = INDEX(1), threads = INDEX(5);
  const size_t chunks = (count + VECTOR_CHUNK - 1) / VECTOR_CHUNK;
  VectorWork work = {
      .vectors = ARRAY(const float, 0),
      .rows = ARRAY(const uint32_t, 1),
      .count = count,
      .units = units,
      .padded = (units + 15) / 16 * 16,
      .chunks = chunks,
      .queries = INDEX(2),
      .run = chunks / (threads * RUNS) + 1,
      .single_query = ARRAY(const float, 2),
      .euclidean = NUMBER(3) != 0,
      .beta = NUMBER(4),
      .single_weights = ARRAY(float, 3),
      .leads = ARRAY(double, 4),
      .sums = ARRAY(double, 5),
      .room = call->memory,
      .chunk = work_on_single_chunk,
  };
  on_threads(work_on_vectors, &work, threads);
  return 0;
}
