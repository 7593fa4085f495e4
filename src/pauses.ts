/** Milliseconds of work between two pauses: a page that has to wait for one still feels alive. */
const SLICE = 30;

/**
 * When long work lets the event loop in, so that a page stays alive and a signal is heard:
 * `if (pauses.due) await pauses.take()` between two steps. The clock decides when, and nothing that is computed.
 */
export class Pauses {
  #since = Date.now();

  /** Asked at every step, because to await at every step would cost more than many a step. */
  get due(): boolean {
    return Date.now() - this.#since > SLICE;
  }

  async take(): Promise<void> {
    await new Promise((resume) => setTimeout(resume, 0));
    this.#since = Date.now();
  }
}
