/* What this processor has: without the C library, so that one addon serves all systems of a platform. */
#pragma once

#if defined(__x86_64__)
#include <cpuid.h>

enum { HAS_AVX2 = 1, HAS_AVX512 = 2, HAS_POPCOUNT = 4 };

/* The sets of instructions that the processor has and the system saves the registers of. */
static int processor(void) {
  unsigned a, b, c, d, saved, high;
  enum { OSXSAVE = 1 << 27, FMA = 1 << 12, BMI1 = 1 << 3, AVX2 = 1 << 5, BMI2 = 1 << 8 };
  const unsigned avx512 = 1u << 16 | 1u << 17 | 1u << 28 | 1u << 30 | 1u << 31; /* F, DQ, CD, BW, VL */
  if (!__get_cpuid(1, &a, &b, &c, &d) || (c & OSXSAVE) == 0 || (c & FMA) == 0) return 0;
  __asm__("xgetbv" : "=a"(saved), "=d"(high) : "c"(0));
  if ((saved & 6) != 6 || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
  if ((b & BMI1) == 0 || (b & AVX2) == 0 || (b & BMI2) == 0) return 0;
  if ((b & avx512) != avx512 || (saved & 0xe6) != 0xe6) return HAS_AVX2;
  const unsigned more = 1u << 1 | 1u << 6 | 1u << 11 | 1u << 12 | 1u << 14; /* VBMI, VBMI2, VNNI, BITALG, VPOPCNTDQ */
  return (c & more) == more ? HAS_AVX2 | HAS_AVX512 | HAS_POPCOUNT : HAS_AVX2 | HAS_AVX512;
}
#endif
