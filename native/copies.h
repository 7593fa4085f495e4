/* Operations that move numbers, as in assembly/workspace-copies.ts. */
#pragma once
#include "call.h"
#include "simd.h"

/* Numbers: from, to, scratch, columns, values, stride, step, out, outStride, adds. */
static double copy_rows(const Call *call) {
  const size_t columns = INDEX(3), stride = INDEX(5) / 4, step = INDEX(6), to_stride = INDEX(8) / 4;
  const int adds = NUMBER(9) != 0;
  for (size_t r = INDEX(0); r < INDEX(1); r++) {
    const float *values = AT(const float, 4) + r * stride;
    float *out = AT(float, 7) + r * to_stride;
    const f32v first = f32_splat(*values);
    for (size_t k = 0; k < columns; k += LANES) {
      f32v own = first;
      if (step != 0) own = f32_load(values + k);
      if (adds) own += f32_load(out + k);
      f32_store_some(out + k, own, columns - k);
    }
  }
  return 0;
}

/* Numbers: from, to, scratch, count, out. */
static double clear_numbers(const Call *call) {
  const size_t first = INDEX(0) * 4, end = least(INDEX(1) * 4, INDEX(3));
  memset(AT(float, 4) + first, 0, (end - first) * sizeof(float));
  return 0;
}
