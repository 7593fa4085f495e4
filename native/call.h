/*
 * How kernels are called: with the memory of a workspace or of memories, and the numbers that the function of assembly/ of
 * the same name gets. An address is an offset in the memory; 0 stands for no array. Kernels without such a function may get
 * arrays outside that memory behind the numbers.
 */
#pragma once

#include <stdint.h>

enum { MOST_NUMBERS = 23, MOST_ARRAYS = 13 };

typedef struct {
  uint8_t *memory;
  const double *numbers;
  void *arrays[MOST_ARRAYS];
} Call;

typedef struct {
  const char *name;
  int count;
  double (*run)(const Call *call);
} Kernel;

#define NUMBER(k) (call->numbers[k])
#define INDEX(k) ((size_t)call->numbers[k])
#define WORD(k) ((uint32_t)call->numbers[k])
#define AT(type, k) (call->numbers[k] == 0 ? (type *)0 : (type *)(call->memory + (size_t)call->numbers[k]))

/* An array outside the memory; none if it is empty. */
#define ARRAY(type, k) ((type *)call->arrays[k])

/* The kernels for an instruction set, ended by one without a name. */
extern const Kernel kernels_avx512_vpopcnt[];
extern const Kernel kernels_avx512[];
extern const Kernel kernels_avx2[];
extern const Kernel kernels_baseline[];
