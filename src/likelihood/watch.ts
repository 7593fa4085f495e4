import { Pauses } from "../pauses.js";

/** Options to follow and to abort long work. */
export interface Watch {
  /** Called after every step with the number of done steps and of all steps. */
  readonly progress?: ((done: number, total: number) => void) | undefined;
  /** Aborts the work between two steps. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes steps 0 ... total - 1 and regularly yields to the event loop, so that a page stays responsive and can abort.
 *
 * @throws the signal's reason if it was aborted
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
