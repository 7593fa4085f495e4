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
    await new Promise<void>(atNextTurn);
    this.#since = Date.now();
  }
}

/**
 * Calls back after the event loop has had a turn, by what the place has that waits for nothing else: a timer of 0 would wait
 * a millisecond in Node, and four in a page.
 */
function atNextTurn(resume: () => void): void {
  const { setImmediate } = globalThis as { setImmediate?: (resume: () => void) => unknown };
  if (setImmediate !== undefined) {
    setImmediate(resume);
    return;
  }
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    resume();
  };
  port2.postMessage(undefined);
}
