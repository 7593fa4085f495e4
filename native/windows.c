/* What compilers call and what other systems find in the process: Windows looks for it in the addon itself. */
#include <stddef.h>

int _fltused = 0;

void *memcpy(void *restrict to, const void *restrict from, size_t count) {
  for (size_t k = 0; k < count; k++) ((char *)to)[k] = ((const char *)from)[k];
  return to;
}

void *memset(void *to, int value, size_t count) {
  for (size_t k = 0; k < count; k++) ((char *)to)[k] = (char)value;
  return to;
}
