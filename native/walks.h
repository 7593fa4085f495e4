/* One-unit updates, as in assembly/walk.ts, dense.ts and sparse.ts. Sums of whole numbers and of numbers on a grid are exact. */
#include "call.h"
#include "lanes.h"
#include "middle.h"

INLINE int spin_at(const uint8_t *state, size_t i) { return ((state[i / 8] >> (i % 8)) & 1) * 2 - 1; }

/* Flips unit i and returns its new spin. */
INLINE int flip(uint8_t *state, size_t i) {
  state[i / 8] ^= (uint8_t)(1 << (i % 8));
  return spin_at(state, i);
}

/* Whether a unit with this field changes its state. */
INLINE int moves(const uint8_t *state, size_t i, double field, double limit, double margin) {
  if (field == limit || __builtin_fabs(field - limit) < margin) return 0;
  return (field > limit) != (spin_at(state, i) > 0);
}

INLINE double limit_of(const double *thresholds, const double *noise, size_t i, size_t k) {
  return noise == 0 ? thresholds[i] : thresholds[i] + noise[k];
}

INLINE double field_of(double votes, size_t i, const uint8_t *state, const double *diagonal, double divisor) {
  if (diagonal != 0) votes -= diagonal[i] * spin_at(state, i);
  return votes / divisor;
}

/* Votes by whole coefficients of 16 bits; those beyond the last pattern meet bits that are 0. */
INLINE int32_t whole_votes(const uint8_t *bits, const int16_t *c, int32_t total, size_t patterns) {
  i32x8 even = {0}, odd = {0};
  for (size_t mu = 0; mu < patterns; mu += 32) {
    uint32_t word;
    memcpy(&word, bits + mu / 8, 4);
    even += pair_sums(*(const i16x16 *)(c + mu) & lanes16(word & 0xffff));
    odd += pair_sums(*(const i16x16 *)(c + mu + 16) & lanes16(word >> 16));
  }
  return 2 * sum_i32(even + odd) - total;
}

/* c += 2 s_j x_j */
INLINE void whole_flip(int spin, const uint8_t *bits, int16_t *c, int32_t *total, size_t patterns) {
  int ones = 0;
  for (size_t mu = 0; mu < patterns; mu += 32) {
    uint32_t word;
    memcpy(&word, bits + mu / 8, 4);
    ones += __builtin_popcount(word);
    for (int half = 0; half < 2; half++) {
      i16x16 *const at = (i16x16 *)(c + mu + 16 * half);
      /* -1 where the bit is 1: the spin is -1 - 2 on. */
      const i16x16 on = lanes16((word >> (16 * half)) & 0xffff);
      *at += (int16_t)(2 * spin) * (-1 - 2 * on);
    }
  }
  *total += 2 * spin * (2 * ones - (int32_t)patterns);
}

/* The flips that votes are corrected for. */
enum { FLIPS = 6 };

/*
 * Numbers: order, thresholds, noise, count, state, columns, stride, c, total, patterns, diagonal, divisor, sums, weight,
 * shift.
 */
static double whole_visit(const Call *call) {
  const uint32_t *order = AT(const uint32_t, 0);
  const double *thresholds = AT(const double, 1), *noise = AT(const double, 2), *diagonal = AT(const double, 10);
  const size_t count = INDEX(3), stride = INDEX(6), patterns = INDEX(9);
  uint8_t *state = AT(uint8_t, 4);
  const uint8_t *columns = AT(const uint8_t, 5);
  int16_t *c = AT(int16_t, 7);
  int32_t *total = AT(int32_t, 8);
  const double divisor = NUMBER(11);
  const int32_t *sums = AT(const int32_t, 12);
  const int32_t weight = (int32_t)NUMBER(13);
  const int shift = (int)NUMBER(14);
  size_t flips = 0;
  const uint8_t *flipped[FLIPS];
  int spins[FLIPS];
  for (size_t k = 0; k < count; k++) {
    const size_t i = order[k];
    const uint8_t *bits = columns + i * stride;
    int32_t votes;
    if (sums != 0 && flips <= FLIPS) {
      votes = (2 * sums[i] - weight) << shift;
      for (size_t f = 0; f < flips; f++) {
        int32_t differing = 0;
        for (size_t at = 0; at < stride; at += 8) differing += popcount(word_at(bits + at) ^ word_at(flipped[f] + at));
        votes += 2 * spins[f] * ((int32_t)patterns - 2 * differing);
      }
    } else {
      votes = whole_votes(bits, c, *total, patterns);
    }
    const double field = field_of(votes, i, state, diagonal, divisor);
    if (!moves(state, i, field, limit_of(thresholds, noise, i, k), 0)) continue;
    const int spin = flip(state, i);
    if (flips < FLIPS) {
      flipped[flips] = bits;
      spins[flips] = spin;
    }
    whole_flip(spin, bits, c, total, patterns);
    flips++;
  }
  return (double)flips;
}

/* Votes by coefficients on a grid. */
INLINE double fraction_votes(const uint8_t *bits, const double *c, double total, size_t patterns) {
  f64x4 sums[4] = {{0}};
  for (size_t mu = 0; mu < patterns; mu += 16) {
    uint16_t word;
    memcpy(&word, bits + mu / 8, 2);
    for (int k = 0; k < 4; k++) {
      sums[k] += (f64x4)(*(const i64x4 *)(c + mu + 4 * k) & lanes64((word >> (4 * k)) & 15));
    }
  }
  return 2 * sum_f64((sums[0] + sums[1]) + (sums[2] + sums[3])) - total;
}

/*
 * Numbers: order, thresholds, noise, count, state, columns, stride, c, total, patterns, diagonal, divisor, middle,
 * middleStride, work, margin.
 */
static double fraction_visit(const Call *call) {
  const uint32_t *order = AT(const uint32_t, 0);
  const double *thresholds = AT(const double, 1), *noise = AT(const double, 2), *diagonal = AT(const double, 10);
  const size_t count = INDEX(3), stride = INDEX(6), patterns = INDEX(9), width = INDEX(13) / 8;
  uint8_t *state = AT(uint8_t, 4);
  const uint8_t *columns = AT(const uint8_t, 5);
  double *c = AT(double, 7), *total = AT(double, 8), *work = AT(double, 14);
  const double divisor = NUMBER(11), margin = NUMBER(15);
  const double *middle = AT(const double, 12);
  size_t flips = 0;
  for (size_t k = 0; k < count; k++) {
    const size_t i = order[k];
    const uint8_t *bits = columns + i * stride;
    const double field = field_of(fraction_votes(bits, c, *total, patterns), i, state, diagonal, divisor);
    if (!moves(state, i, field, limit_of(thresholds, noise, i, k), margin)) continue;
    const double twice = 2.0 * flip(state, i);
    double *change = work;
    for (size_t mu = 0; mu < patterns; mu++) work[mu] = spin_at(bits, mu);
    if (middle != 0) {
      change = work + width;
      multiply_middle(middle, width, patterns, work, change);
    }
    for (size_t mu = 0; mu < patterns; mu++) c[mu] += twice * change[mu];
    if (middle != 0) round_to_grid(c, patterns);
    double sum = 0;
    for (size_t mu = 0; mu < patterns; mu++) sum += c[mu];
    *total = sum;
    flips++;
  }
  return (double)flips;
}

/* Numbers: weights, stride, units, spins, out: W s; a row of W takes `stride` bytes, a multiple of 32. */
static double dense_fields(const Call *call) {
  const size_t width = INDEX(1) / 8, units = INDEX(2);
  const double *weights = AT(const double, 0), *spins = AT(const double, 3);
  double *out = AT(double, 4);
  for (size_t i = 0; i < units; i++, weights += width) {
    f64x4 even = {0}, odd = {0};
    size_t j = 0;
    for (; j + 8 <= width; j += 8) {
      even += *(const f64x4 *)(weights + j) * *(const f64x4 *)(spins + j);
      odd += *(const f64x4 *)(weights + j + 4) * *(const f64x4 *)(spins + j + 4);
    }
    if (j < width) even += *(const f64x4 *)(weights + j) * *(const f64x4 *)(spins + j);
    out[i] = sum_f64(even + odd);
  }
  return 0;
}

/* Columns that are added in one pass over the fields. */
enum { TOGETHER = 4 };

INLINE void add_columns(int count, const double *const *columns, const double *changes, size_t width, double *fields) {
  for (size_t j = 0; j < width; j += 4) {
    f64x4 sum = *(const f64x4 *)(fields + j);
    for (int k = 0; k < count; k++) sum += changes[k] * *(const f64x4 *)(columns[k] + j);
    *(f64x4 *)(fields + j) = sum;
  }
}

/* Numbers: before, after, words, columns, stride, fields. */
static double dense_flips(const Call *call) {
  const uint32_t *before = AT(const uint32_t, 0), *after = AT(const uint32_t, 1);
  const size_t words = INDEX(2), width = INDEX(4) / 8;
  const double *columns = AT(const double, 3), *listed[TOGETHER];
  double *fields = AT(double, 5), changes[TOGETHER];
  int count = 0;
  for (size_t w = 0; w < words; w++) {
    for (uint32_t changed = before[w] ^ after[w]; changed != 0; changed &= changed - 1) {
      const int bit = __builtin_ctz(changed);
      listed[count] = columns + (w * 32 + (size_t)bit) * width;
      changes[count] = (after[w] >> bit) & 1 ? 2 : -2;
      if (++count < TOGETHER) continue;
      add_columns(TOGETHER, listed, changes, width, fields);
      count = 0;
    }
  }
  for (int k = 0; k < count; k++) add_columns(1, listed + k, changes + k, width, fields);
  return 0;
}

/* Numbers: order, thresholds, noise, count, state, columns, stride, fields, margin. */
static double dense_visit(const Call *call) {
  const uint32_t *order = AT(const uint32_t, 0);
  const double *thresholds = AT(const double, 1), *noise = AT(const double, 2);
  const size_t count = INDEX(3), width = INDEX(6) / 8;
  uint8_t *state = AT(uint8_t, 4);
  const double *columns = AT(const double, 5);
  double *fields = AT(double, 7);
  size_t flips = 0;
  for (size_t k = 0; k < count; k++) {
    const size_t i = order[k];
    if (!moves(state, i, fields[i], limit_of(thresholds, noise, i, k), NUMBER(8))) continue;
    const double *column = columns + i * width, change = 2.0 * flip(state, i);
    add_columns(1, &column, &change, width, fields);
    flips++;
  }
  return (double)flips;
}

/* Numbers: starts, columns, weights, units, spins, out: W s of sparse rows. */
static double sparse_fields(const Call *call) {
  const uint32_t *starts = AT(const uint32_t, 0), *columns = AT(const uint32_t, 1);
  const double *weights = AT(const double, 2), *spins = AT(const double, 4);
  double *out = AT(double, 5);
  const size_t units = INDEX(3);
  for (size_t i = 0; i < units; i++) {
    double sums[4] = {0};
    size_t k = starts[i];
    const size_t end = starts[i + 1];
    for (; k + 4 <= end; k += 4) {
      for (size_t l = 0; l < 4; l++) sums[l] += weights[k + l] * spins[columns[k + l]];
    }
    for (; k < end; k++) sums[0] += weights[k] * spins[columns[k]];
    out[i] = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  }
  return 0;
}

INLINE void add_entries(
    const uint32_t *starts, const uint32_t *columns, const double *weights, size_t j, double change, double *fields) {
  const size_t end = starts[j + 1];
  for (size_t k = starts[j]; k < end; k++) fields[columns[k]] += change * weights[k];
}

/* Numbers: before, after, words, starts, columns, weights, fields. */
static double sparse_flips(const Call *call) {
  const uint32_t *before = AT(const uint32_t, 0), *after = AT(const uint32_t, 1);
  const uint32_t *starts = AT(const uint32_t, 3), *columns = AT(const uint32_t, 4);
  const double *weights = AT(const double, 5);
  double *fields = AT(double, 6);
  const size_t words = INDEX(2);
  for (size_t w = 0; w < words; w++) {
    for (uint32_t changed = before[w] ^ after[w]; changed != 0; changed &= changed - 1) {
      const int bit = __builtin_ctz(changed);
      add_entries(starts, columns, weights, w * 32 + (size_t)bit, (after[w] >> bit) & 1 ? 2 : -2, fields);
    }
  }
  return 0;
}

/* Numbers: order, thresholds, noise, count, state, starts, columns, weights, fields, margin. */
static double sparse_visit(const Call *call) {
  const uint32_t *order = AT(const uint32_t, 0), *starts = AT(const uint32_t, 5), *columns = AT(const uint32_t, 6);
  const double *thresholds = AT(const double, 1), *noise = AT(const double, 2), *weights = AT(const double, 7);
  const size_t count = INDEX(3);
  uint8_t *state = AT(uint8_t, 4);
  double *fields = AT(double, 8);
  size_t flips = 0;
  for (size_t k = 0; k < count; k++) {
    const size_t i = order[k];
    if (!moves(state, i, fields[i], limit_of(thresholds, noise, i, k), NUMBER(9))) continue;
    add_entries(starts, columns, weights, i, 2.0 * flip(state, i), fields);
    flips++;
  }
  return (double)flips;
}
