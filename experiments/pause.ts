/**
 * Lets the event loop run between two parts of a task, so that a signal takes effect.
 *
 * @throws the signal's reason where it was aborted
 */
export async function pause(signal: AbortSignal): Promise<void> {
  await new Promise((resume) => setTimeout(resume, 0));
  signal.throwIfAborted();
}
