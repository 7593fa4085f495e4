/* Means and draws of layers, as in assembly/workspace-draw.ts and workspace-normal.ts. */
#pragma once
#include "call.h"
#include "elements.h"
#include "functions.h"
#include "philox.h"

/* Numbers: from, to, scratch, count, inputs, slope, means. */
static double draw_means(const Call *call) {
  const size_t count = INDEX(3), end = INDEX(1) * 4 < count ? INDEX(1) * 4 : count;
  const float *inputs = AT(const float, 4);
  float *means = AT(float, 6);
  const f32v slope = f32_splat((float)NUMBER(5));
  size_t k = INDEX(0) * 4;
  for (; k + LANES <= end; k += LANES) f32_store(means + k, sigmoid(slope * f32_load(inputs + k)));
  if (k < end) f32_store_some(means + k, sigmoid(slope * f32_load(inputs + k)), end - k);
  return 0;
}

/* Numbers: from, to, scratch, columns, inputs, slope, means, words, stride, key, stepLow, stepHigh, chains. */
static double draw_states(const Call *call) {
  const size_t columns = INDEX(3), stride = INDEX(8);
  const f32v slope = f32_splat((float)NUMBER(5));
  const uint32_t *key = AT(const uint32_t, 9), *chains = AT(const uint32_t, 12);
  for (size_t r = INDEX(0); r < INDEX(1); r++) {
    const float *inputs = AT(const float, 4) + r * columns;
    float *means = NUMBER(6) == 0 ? 0 : AT(float, 6) + r * columns;
    uint8_t *states = AT(uint8_t, 7) + r * stride;
    memset(states, 0, stride);
    for (size_t first = 0; first < columns; first += 4 * LANES) {
      u32v words[4];
      philox((uint32_t)(first / 4), WORD(10), WORD(11), chains[r], key, words);
      interleave(words);
      uint64_t bits = 0;
      for (int q = 0; q < 4; q++) {
        const size_t j = first + (size_t)q * LANES;
        if (j >= columns) break;
        const size_t left = columns - j;
        const f32v mean = sigmoid(slope * f32_load(inputs + j));
        if (means != 0) f32_store_some(means + j, mean, left);
        const f32v uniform = __builtin_convertvector((i32v)(words[q] >> 8), f32v) * 5.960464477539063e-8f;
        uint32_t ones = less_bits(uniform, mean);
        if (left < LANES) ones &= (1u << left) - 1;
        bits |= (uint64_t)ones << (q * LANES);
      }
      const size_t bytes = (columns - first + 7) / 8;
      memcpy(states + first / 8, &bits, bytes < LANES / 2 ? bytes : LANES / 2);
    }
  }
  return 0;
}

/* A pair of normal numbers from two words, lane by lane. */
INLINE void normal_pair(u32v a, u32v b, u32v *first, u32v *second) {
  const f32v u = (__builtin_convertvector(a, f32v) + 0.5f) * 2.3283064365386963e-10f;
  const f32v radius = f32_sqrt(-2.0f * log_of_normal(u, (i32v){}));
  const f32v v = __builtin_convertvector((i32v)(b >> 8), f32v) * 5.960464477539063e-8f;
  /* The last bits of the sum are those of the whole number q. */
  const f32v sum = 4.0f * v + 12582912.0f;
  const f32v q = sum - 12582912.0f;
  const f32v f = v - 0.25f * q;
  const f32v y = f * f;
  f32v p = -75.24006422f * y + 81.58812464f;
  p = p * y + -41.34162804f;
  p = p * y + 6.28318522f;
  const f32v sine = f * p;
  p = -83.66592119f * y + 64.92322865f;
  p = p * y + -19.73916726f;
  const f32v cosine = 1.0f + p * y;
  const u32v whole = (u32v)sum;
  const i32v odd = -(i32v)(whole & 1);
  const u32v x = (u32v)f32_select(odd, sine, cosine) ^ (((whole + 1) << 30) & 0x80000000u);
  const u32v z = (u32v)f32_select(odd, cosine, sine) ^ ((whole << 30) & 0x80000000u);
  *first = (u32v)(radius * (f32v)x);
  *second = (u32v)(radius * (f32v)z);
}

/* Numbers: from, to, scratch, columns, inputs, offset, gain, deviation, scale, means, states, key, stepLow, stepHigh, chains. */
static double draw_normals(const Call *call) {
  const size_t columns = INDEX(3);
  const float *offset = AT(const float, 5), *gain = AT(const float, 6), *deviation = AT(const float, 7);
  const f32v scale = f32_splat((float)NUMBER(8));
  const uint32_t *key = AT(const uint32_t, 11), *chains = AT(const uint32_t, 14);
  for (size_t r = INDEX(0); r < INDEX(1); r++) {
    const float *inputs = AT(const float, 4) + r * columns;
    float *means = NUMBER(9) == 0 ? 0 : AT(float, 9) + r * columns;
    float *states = NUMBER(10) == 0 ? 0 : AT(float, 10) + r * columns;
    for (size_t first = 0; first < columns; first += 4 * LANES) {
      u32v normals[4];
      if (states != 0) {
        u32v words[4];
        philox((uint32_t)(first / 4), WORD(12), WORD(13), chains[r], key, words);
        normal_pair(words[0], words[1], normals, normals + 1);
        normal_pair(words[2], words[3], normals + 2, normals + 3);
        interleave(normals);
      }
      for (int q = 0; q < 4; q++) {
        const size_t j = first + (size_t)q * LANES;
        if (j >= columns) break;
        const f32v mean = f32_load(offset + j) + f32_load(gain + j) * f32_load(inputs + j);
        if (means != 0) f32_store_some(means + j, mean, columns - j);
        if (states != 0) {
          const f32v noise = (scale * f32_load(deviation + j)) * (f32v)normals[q];
          f32_store_some(states + j, mean + noise, columns - j);
        }
      }
    }
  }
  return 0;
}
