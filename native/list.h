/* Calls of kernels, many in a row: a call through Node-API takes longer than little work. */
#pragma once
#include "call.h"

/*
 * Numbers: how many numbers the list has. The list, an array outside the memory, has for each call the place of its kernel in
 * the table, then the numbers of the kernel.
 */
static double perform_calls(const Call *call) {
  const double *at = ARRAY(const double, 0), *const end = at + INDEX(0);
  Call own = {.memory = call->memory};
  while (at < end) {
    const Kernel *kernel = &TABLE[(size_t)*at++];
    own.numbers = at;
    kernel->run(&own);
    at += kernel->count;
  }
  return 0;
}
