import { Pauses } from "../pauses.js";

/** How long work is followed and ended. */
export interface Watch {
  /** Called after every step, with how many of all steps are done. */
  readonly progress?: ((done: number, total: number) => void) | undefined;
  /** Ends the work between two steps. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Takes steps 0 ... total - 1, and lets the event loop in now and then, so that a page stays alive and a signal is heard.
 *
 * @throws the signal's reason where it was aborted
 */
export async function takeSteps(
  total: number,
  { progress, signal }: Watch,
  take: (step: number) => void,
): Promise<void> {
  signal?.throwIfAborted();
  const pauses = new Pauses();
  for (let step = 0; step < total; step++) {
    if (pauses.due) await pauses.take();
    signal?.throwIfAborted();
    take(step);
    progress?.(step + 1, total);
  }
}
