/*
 * The addon: Node-API functions around the kernels.
 *
 *   version   the version of the package that it was built for
 *   tiers     the instruction sets that this processor has, the fastest first
 *   kernels(tier)   { name: (memory, ...numbers, ...arrays) => number }
 *
 * `memory` is a Uint8Array over the memory of WebAssembly that the kernels operate on, shared or not.
 */
#include <node_api.h>
#include "call.h"
#include "processor.h"

typedef struct {
  const char *name;
  const Kernel *kernels;
} Tier;

enum { MOST_TIERS = 4 };

static size_t tiers_here(Tier tiers[MOST_TIERS]) {
  size_t count = 0;
#if defined(__x86_64__)
  const int has = processor();
  if (has & HAS_POPCOUNT) tiers[count++] = (Tier){"avx512-vpopcnt", kernels_avx512_vpopcnt};
  if (has & HAS_AVX512) tiers[count++] = (Tier){"avx512", kernels_avx512};
  if (has & HAS_AVX2) tiers[count++] = (Tier){"avx2", kernels_avx2};
  tiers[count++] = (Tier){"sse4", kernels_baseline};
#elif defined(__aarch64__)
  tiers[count++] = (Tier){"neon", kernels_baseline};
#else
  tiers[count++] = (Tier){"plain", kernels_baseline};
#endif
  return count;
}

static napi_value fail(napi_env env, const char *message) {
  napi_throw_type_error(env, 0, message);
  return 0;
}

static napi_value run(napi_env env, napi_callback_info info) {
  napi_value arguments[1 + MOST_NUMBERS + MOST_ARRAYS];
  size_t count = 1 + MOST_NUMBERS + MOST_ARRAYS;
  void *data;
  if (napi_get_cb_info(env, info, &count, arguments, 0, &data) != napi_ok) return 0;
  const Kernel *kernel = data;
  if (count < (size_t)kernel->count + 1 || count > (size_t)kernel->count + 1 + MOST_ARRAYS)
    return fail(env, "a native kernel got another number of arguments than it has");
  double numbers[MOST_NUMBERS];
  Call call = {.numbers = numbers};
  napi_typedarray_type type;
  size_t length;
  void *bytes;
  if (napi_get_typedarray_info(env, arguments[0], &type, &length, &bytes, 0, 0) != napi_ok ||
      type != napi_uint8_array) {
    return fail(env, "the memory of a native kernel is not a Uint8Array");
  }
  if (length == 0) return fail(env, "the memory of a native kernel is empty or detached");
  call.memory = bytes;
  for (int k = 0; k < kernel->count; k++) {
    if (napi_get_value_double(env, arguments[k + 1], &numbers[k]) != napi_ok) {
      return fail(env, "an argument of a native kernel is not a number");
    }
  }
  for (size_t k = kernel->count + 1; k < count; k++) {
    void **array = &call.arrays[k - kernel->count - 1];
    if (napi_get_typedarray_info(env, arguments[k], &type, &length, array, 0, 0) != napi_ok) {
      return fail(env, "an array of a native kernel is not a typed array");
    }
    if (length == 0) *array = 0;
  }
  napi_value result = 0;
  napi_create_double(env, kernel->run(&call), &result);
  return result;
}

static napi_value kernels_of(napi_env env, napi_callback_info info) {
  napi_value argument, result;
  size_t count = 1, length = 0;
  char name[24] = "";
  if (napi_get_cb_info(env, info, &count, &argument, 0, 0) != napi_ok || count != 1 ||
      napi_get_value_string_utf8(env, argument, name, sizeof name, &length) != napi_ok) {
    return fail(env, "kernels() expects the name of a tier");
  }
  Tier tiers[MOST_TIERS];
  const size_t here = tiers_here(tiers);
  for (size_t t = 0; t < here; t++) {
    size_t same = 0;
    while (name[same] != 0 && name[same] == tiers[t].name[same]) same++;
    if (name[same] != tiers[t].name[same]) continue;
    if (napi_create_object(env, &result) != napi_ok) return 0;
    for (const Kernel *kernel = tiers[t].kernels; kernel->name != 0; kernel++) {
      napi_value function;
      if (napi_create_function(env, kernel->name, NAPI_AUTO_LENGTH, run, (void *)kernel, &function) != napi_ok)
        return 0;
      if (napi_set_named_property(env, result, kernel->name, function) != napi_ok) return 0;
    }
    return result;
  }
  return fail(env, "this processor does not have that tier");
}

NAPI_MODULE_INIT() {
  napi_value version, tiers, kernels;
  Tier here[MOST_TIERS];
  const size_t count = tiers_here(here);
  napi_create_string_utf8(env, ENGRAM_VERSION, NAPI_AUTO_LENGTH, &version);
  napi_create_array_with_length(env, count, &tiers);
  for (size_t t = 0; t < count; t++) {
    napi_value name;
    napi_create_string_utf8(env, here[t].name, NAPI_AUTO_LENGTH, &name);
    napi_set_element(env, tiers, (uint32_t)t, name);
  }
  napi_create_function(env, "kernels", NAPI_AUTO_LENGTH, kernels_of, 0, &kernels);
  napi_set_named_property(env, exports, "version", version);
  napi_set_named_property(env, exports, "tiers", tiers);
  napi_set_named_property(env, exports, "kernels", kernels);
  return exports;
}
