import { type Setting, sweepsPerSecond } from "./setting.js";

/** Unit updates asked of the worker at a time at full speed. */
const BURST = 20_000;
/** A tab that slept does not make up for lost time beyond this many seconds. */
const LONGEST_GAP = 0.1;

/**
 * Turns the wished speed into requests to the worker: at most one on its way, at most one a drawn frame. So a slow
 * worker is never flooded and the page draws whatever the worker does.
 */
export class Pace {
  readonly #now: () => { setting: Setting; units: number };
  readonly #advance: (visits: number | "sweep") => void;
  #waiting = false;
  #owed = 0;
  #last = 0;
  #request = 0;

  constructor(now: () => { setting: Setting; units: number }, advance: (visits: number | "sweep") => void) {
    this.#now = now;
    this.#advance = advance;
  }

  run(): void {
    if (this.#request !== 0) return;
    this.#last = performance.now();
    this.#request = requestAnimationFrame(this.#tick);
  }

  pause(): void {
    cancelAnimationFrame(this.#request);
    this.#request = 0;
  }

  /** Forgets what is on its way and what is owed: a new run began. */
  reset(): void {
    this.#waiting = false;
    this.#owed = 0;
  }

  arrived(): void {
    this.#waiting = false;
  }

  /** One request now, whatever the speed. */
  step(visits: number | "sweep"): void {
    this.#waiting = true;
    this.#advance(visits);
  }

  readonly #tick = (time: number) => {
    this.#request = requestAnimationFrame(this.#tick);
    const { setting, units } = this.#now();
    const speed = sweepsPerSecond(setting.speed) * units;
    const elapsed = Math.min(LONGEST_GAP, Math.max(0, (time - this.#last) / 1000));
    this.#last = time;
    const limit = Math.max(BURST, units);
    this.#owed = speed === Number.POSITIVE_INFINITY ? limit : Math.min(this.#owed + speed * elapsed, limit);
    // A synchronous step is a whole sweep.
    const least = setting.dynamics === "synchronous" ? units : 1;
    if (this.#waiting || this.#owed < least) return;
    const visits = Math.floor(this.#owed / least) * least;
    this.#owed = Math.min(this.#owed - visits, least);
    this.step(visits);
  };
}
