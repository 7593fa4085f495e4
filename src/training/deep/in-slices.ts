/** Milliseconds of work from one look at the event loop to the next. */
const SLICE = 40;

/**
 * Does the work to its end, and lets the event loop in now and then.
 *
 * @throws the signal's reason where it was aborted
 */
export async function inSlices<T>(work: Generator<void, T>, signal: AbortSignal | undefined): Promise<T> {
  for (let since = Date.now(); ; ) {
    if (Date.now() - since > SLICE) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      since = Date.now();
    }
    signal?.throwIfAborted();
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
