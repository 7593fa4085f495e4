import { FrameLoop } from "../ui/frame-loop.js";
import { type Setting, sweepsPerSecond } from "./setting.js";

/** Unit updates asked of the worker at a time at full speed. */
const BURST = 20_000;

/**
 * Turns the wished speed into requests to the worker: at most one pending, at most one a drawn frame. So a slow worker is
 * never flooded, and the page keeps drawing.
 */
export class Pace extends FrameLoop {
  readonly #now: () => { setting: Setting; units: number };
  readonly #advance: (visits: number | "sweep") => void;
  #waiting = false;
  /** Unit updates that are due and not requested yet; below zero after a step of all units at once. */
  #owed = 0;
  /** Unit updates made so far, and the number expected once the pending request is answered. */
  #visits = 0;
  #expected = 0;

  constructor(now: () => { setting: Setting; units: number }, advance: (visits: number | "sweep") => void) {
    super();
    this.#now = now;
    this.#advance = advance;
  }

  /** Forgets the pending request and what is owed: a new run began. */
  reset(): void {
    this.#waiting = false;
    this.#owed = 0;
    this.#visits = 0;
    this.#expected = 0;
  }

  /** The worker answered with the number of unit updates made. If there are more than requested, the next ones wait. */
  arrived(visits: number): void {
    this.#waiting = false;
    this.#owed -= Math.max(0, visits - this.#expected);
    this.#visits = visits;
  }

  /** One request now, whatever the speed. */
  step(visits: number | "sweep"): void {
    this.#waiting = true;
    this.#expected = visits === "sweep" ? Number.POSITIVE_INFINITY : this.#visits + visits;
    this.#advance(visits);
  }

  protected override frame(elapsed: number): void {
    const { setting, units } = this.#now();
    const speed = sweepsPerSecond(setting.speed) * units;
    const limit = Math.max(BURST, units);
    this.#owed = speed === Number.POSITIVE_INFINITY ? limit : Math.min(this.#owed + speed * elapsed, limit);
    if (this.#waiting || this.#owed < 1) return;
    const visits = Math.floor(this.#owed);
    this.#owed -= visits;
    this.step(visits);
  }
}
