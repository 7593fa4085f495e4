/*
 * Native kernels of real vectors share the chunks of a call among threads of their own, which end with it: no bit depends on
 * their number.
 */

let most = 1;

/** Sets the number of threads of a call; engram/node does, in the main thread of a program. */
export function useNativeThreads(count: number): void {
  most = count;
}

/** The number of threads for a call with this number of operations. */
export function nativeThreads(operations: number): number {
  return Math.max(1, Math.min(most, Math.floor(operations / LEAST_OPERATIONS)));
}

/** Operations that are worth a thread: 0.1 ms. */
const LEAST_OPERATIONS = 2 ** 21;
