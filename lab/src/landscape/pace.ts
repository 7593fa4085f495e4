import { updatesPerSecond } from "./setting.js";

/** A tab that slept does not make up for lost time beyond this many seconds. */
const LONGEST_GAP = 0.1;

/** Turns the wished speed into updates, as many in each drawn frame as are due. */
export class Pace {
  readonly #speed: () => number;
  readonly #advance: (updates: number) => void;
  #owed = 0;
  #last = 0;
  #request = 0;

  /** @param speed position of the slider; @param advance makes some updates */
  constructor(speed: () => number, advance: (updates: number) => void) {
    this.#speed = speed;
    this.#advance = advance;
  }

  run(): void {
    if (this.#request !== 0) return;
    this.#last = performance.now();
    // The first update comes at once.
    this.#owed = 1;
    this.#request = requestAnimationFrame(this.#tick);
  }

  pause(): void {
    if (this.#request !== 0) cancelAnimationFrame(this.#request);
    this.#request = 0;
  }

  readonly #tick = (time: number) => {
    this.#request = requestAnimationFrame(this.#tick);
    const elapsed = Math.min(LONGEST_GAP, Math.max(0, (time - this.#last) / 1000));
    this.#last = time;
    this.#owed += updatesPerSecond(this.#speed()) * elapsed;
    const updates = Math.floor(this.#owed);
    this.#owed -= updates;
    if (updates > 0) this.#advance(updates);
  };
}
