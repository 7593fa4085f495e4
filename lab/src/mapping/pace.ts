import { FrameLoop } from "../ui/frame-loop.js";

/** Milliseconds from one request to the next, at least: noise that changes faster than this only flickers. */
const LEAST = 80;
/** Sweeps asked of the worker at a time at full speed; it stops earlier where they take long. */
const BURST = 50_000;

/**
 * Turns the wished speed into requests to the worker: at most one pending, and only while the page is drawn. So a slow
 * worker is never flooded, and a hidden page computes nothing.
 */
export class Pace extends FrameLoop {
  readonly #speed: () => number;
  readonly #advance: (sweeps: number) => void;
  #waiting = false;
  #owed = 0;
  #asked = 0;

  /** @param speed sweeps a second; @param advance asks the worker for some */
  constructor(speed: () => number, advance: (sweeps: number) => void) {
    super();
    this.#speed = speed;
    this.#advance = advance;
  }

  /** Waits for the answer to a request made elsewhere: a new run begins. */
  hold(): void {
    this.#waiting = true;
    this.#owed = 0;
  }

  arrived(): void {
    this.#waiting = false;
  }

  /** One request now, whatever the speed. */
  step(sweeps: number): void {
    if (this.#waiting) return;
    this.#waiting = true;
    this.#advance(sweeps);
  }

  protected override frame(elapsed: number, time: number): void {
    const speed = this.#speed();
    this.#owed = Math.min(BURST, speed === Number.POSITIVE_INFINITY ? BURST : this.#owed + speed * elapsed);
    if (this.#waiting || this.#owed < 1 || time < this.#asked + LEAST - 8) return;
    this.#asked = time;
    const sweeps = Math.floor(this.#owed);
    this.#owed -= sweeps;
    this.step(sweeps);
  }
}
