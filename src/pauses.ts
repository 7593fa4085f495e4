/** Milliseconds of work between two pauses, short enough for a page to stay responsive. */
const SLICE = 30;

/**
 * When long work yields to the event loop, so that a page stays responsive and an abort signal is received. Between two
 * steps: `if (pauses.due) await pauses.take()`. A clock that is never set back decides when; results do not depend on it.
 */
export class Pauses {
  #since = performance.now();

  /** Checked at every step, because awaiting at every step would cost more than many steps do. */
  get due(): boolean {
    return performance.now() - this.#since > SLICE;
  }

  async take(): Promise<void> {
    await new Promise<void>(atNextTurn);
    this.#since = performance.now();
  }
}

/**
 * Calls back after one turn of the event loop, by the fastest means that the platform has: a timer of 0 would wait one
 * millisecond in Node, and four in a page.
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
