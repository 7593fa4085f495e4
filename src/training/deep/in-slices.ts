import { Pauses } from "../../pauses.js";

/**
 * Does the work to its end, and lets the event loop in now and then.
 *
 * @throws the signal's reason where it was aborted
 */
export async function inSlices<T>(work: Generator<void, T>, signal: AbortSignal | undefined): Promise<T> {
  const pauses = new Pauses();
  for (;;) {
    if (pauses.due) await pauses.take();
    signal?.throwIfAborted();
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
