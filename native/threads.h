/*
 * Threads that live as long as a call of a kernel. They are those of the process that has loaded the addon, declared here
 * since no header of a system is needed; on Windows the calling thread works alone.
 */
#pragma once
#include <stddef.h>

/* The number of the next part that no thread has claimed. */
typedef struct {
  size_t next;
} Claims;

static inline size_t claim(Claims *claims) { return __atomic_fetch_add(&claims->next, 1, __ATOMIC_RELAXED); }

enum { MOST_THREADS = 64 };

typedef struct {
  void (*work)(void *, size_t);
  void *given;
  size_t number;
} Share;

#if defined(__linux__) || defined(__APPLE__)
int pthread_create(void **thread, const void *attributes, void *(*start)(void *), void *given);
int pthread_join(void *thread, void **result);

static void *start_share(void *given) {
  const Share *share = given;
  share->work(share->given, share->number);
  return 0;
}

/* Runs work(given, number) on `count` threads, including the calling one. If one does not start, the others do its work. */
static void on_threads(void (*work)(void *, size_t), void *given, size_t count) {
  void *threads[MOST_THREADS];
  Share shares[MOST_THREADS];
  size_t started = 0;
  for (size_t k = 1; k < count && k < MOST_THREADS; k++) {
    shares[k] = (Share){work, given, k};
    if (pthread_create(&threads[started], 0, start_share, &shares[k]) == 0) started++;
  }
  work(given, 0);
  for (size_t k = 0; k < started; k++) pthread_join(threads[k], 0);
}
#else
static void on_threads(void (*work)(void *, size_t), void *given, size_t count) {
  (void)count;
  work(given, 0);
}
#endif
