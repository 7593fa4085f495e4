import { updatesPerSecond } from "./setting.js";

/** Milliseconds from one request to the next, at least: about 18 pictures a second are smooth enough. */
const LEAST = 55;
/** What a request may take in the worker, at full speed: a pause is heard within it. */
const MOST = 70;
/** Milliseconds from one step of the chain to the next. */
const STEP = 70;

/** Numbers of updates from one picture to the next. */
const bursts: readonly number[] = [1, 2, 5, 10, 20, 50, 100, 200, 500];

/** How many updates to ask for, and how long to wait before asking again. */
export function burstFor(
  speed: number,
  burst: number,
  took: number,
): { readonly updates: number; readonly wait: number } {
  const wished = updatesPerSecond(speed);
  if (wished < Number.POSITIVE_INFINITY) {
    // The fewest that leave the page its time between two pictures.
    const updates = bursts.find((count) => count >= (wished * LEAST) / 1000) ?? bursts[bursts.length - 1];
    return { updates, wait: (1000 * updates) / wished };
  }
  const at = Math.max(0, bursts.indexOf(burst));
  if (took > MOST) return { updates: bursts[Math.max(0, at - 1)], wait: LEAST };
  return { updates: bursts[Math.min(bursts.length - 1, took < MOST / 3 ? at + 1 : at)], wait: LEAST };
}

/** What the page wants of the worker, frame by frame. */
export interface Wishes {
  /** Whether the machine is to learn, and whether the chain is to move. */
  readonly training: () => boolean;
  readonly dreaming: () => boolean;
  readonly speed: () => number;
  readonly advance: (updates: number) => void;
  readonly dream: () => void;
}

/**
 * Asks the worker for updates and for steps of the chain: at most one request of either kind on its way, and only while the
 * page is drawn. So a slow worker is never flooded, and a page that nobody sees computes nothing.
 */
export class Pace {
  readonly #wishes: Wishes;
  #burst = 1;
  #took = 0;
  #next = 0;
  #nextStep = 0;
  #training = false;
  #dreaming = false;
  #request = 0;

  constructor(wishes: Wishes) {
    this.#wishes = wishes;
  }

  run(): void {
    if (this.#request === 0) this.#request = requestAnimationFrame(this.#tick);
  }

  pause(): void {
    cancelAnimationFrame(this.#request);
    this.#request = 0;
  }

  /** Forgets what is on its way to the machine: another one begins. */
  reset(): void {
    this.#training = false;
    this.#burst = 1;
    this.#took = 0;
  }

  /** The machine has answered, after so many milliseconds of training. */
  trained(took: number): void {
    this.#training = false;
    this.#took = took;
  }

  /** The chain has answered, or begins anew. */
  dreamt(): void {
    this.#dreaming = false;
  }

  /** One request now, whatever the speed. */
  step(updates: number): void {
    if (this.#training) return;
    this.#training = true;
    this.#wishes.advance(updates);
  }

  readonly #tick = (time: number) => {
    this.#request = requestAnimationFrame(this.#tick);
    const { training, dreaming, speed, dream } = this.#wishes;
    if (training() && !this.#training && time >= this.#next) {
      const { updates, wait } = burstFor(speed(), this.#burst, this.#took);
      this.#burst = updates;
      this.#next = time + wait - 8;
      this.step(updates);
    }
    if (dreaming() && !this.#dreaming && time >= this.#nextStep) {
      this.#dreaming = true;
      this.#nextStep = time + STEP - 8;
      dream();
    }
  };
}
