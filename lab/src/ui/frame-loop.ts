/** A tab that slept does not make up for lost time beyond this many seconds. */
const LONGEST_GAP = 0.2;

/** Does something in every drawn frame, while it runs: a hidden page does nothing. */
export abstract class FrameLoop {
  #last = 0;
  #request = 0;

  run(): void {
    if (this.#request !== 0) return;
    this.#last = performance.now();
    this.#request = requestAnimationFrame(this.#tick);
  }

  pause(): void {
    if (this.#request !== 0) cancelAnimationFrame(this.#request);
    this.#request = 0;
  }

  /** One frame: the seconds since the one before, or since the start, and its time in milliseconds. */
  protected abstract frame(elapsed: number, time: number): void;

  readonly #tick = (time: number) => {
    this.#request = requestAnimationFrame(this.#tick);
    const elapsed = Math.min(LONGEST_GAP, Math.max(0, (time - this.#last) / 1000));
    this.#last = time;
    this.frame(elapsed, time);
  };
}
