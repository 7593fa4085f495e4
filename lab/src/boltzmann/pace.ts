import { FrameLoop } from "../ui/frame-loop.js";
import { updatesPerSecond } from "./setting.js";

/** Milliseconds from one request to the next, at least: about 16 pictures a second are smooth enough. */
const LEAST = 60;
/** Milliseconds from which a request is too long for a pause to take effect at once, and below which it is short. */
const LONG = 250;
const SHORT = 40;
/** Milliseconds from one step of the chain to the next. */
const STEP = 100;

/** The most updates from one picture to the next: fewer for a slow worker, more for a quick one. */
const bursts: readonly number[] = [1, 2, 5, 10, 20, 50, 100, 200, 500];
export const firstBurst = 20;

/** How many updates to ask for, and how long to wait before asking again. */
export interface Burst {
  /** As many as the worker can be asked for at a time. */
  readonly most: number;
  readonly updates: number;
  readonly wait: number;
}

/** The burst after one of at most `most` updates, which took `took` milliseconds if that is known. */
export function burstFor(speed: number, most: number, took: number | undefined): Burst {
  const wished = updatesPerSecond(speed);
  const enough = Math.ceil((wished * LEAST) / 1000);
  const asked = Math.min(enough, most);
  let able = most;
  if (took !== undefined && took > LONG) able = bursts.findLast((count) => count < asked) ?? 1;
  if (took !== undefined && took < SHORT && asked === most) able = bursts.find((count) => count > most) ?? most;
  const updates = Math.min(enough, able);
  return { most: able, updates, wait: Math.max(LEAST, (1000 * updates) / wished) };
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
 * Asks the worker for updates and for steps of the chain: at most one pending request of either kind, and only while the
 * page is drawn. So a slow worker is never flooded, and a hidden page computes nothing.
 */
export class Pace extends FrameLoop {
  readonly #wishes: Wishes;
  #most = firstBurst;
  #took: number | undefined;
  #next = 0;
  #nextStep = 0;
  #training = false;
  #dreaming = false;

  constructor(wishes: Wishes) {
    super();
    this.#wishes = wishes;
  }

  /** Forgets the pending request for updates: another machine begins. */
  reset(): void {
    this.#training = false;
    this.#most = firstBurst;
    this.#took = undefined;
  }

  /** The machine has answered, after `took` milliseconds of training if it knows. */
  trained(took: number | undefined): void {
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

  protected override frame(_: number, time: number): void {
    const { training, dreaming, speed, dream } = this.#wishes;
    if (training() && !this.#training && time >= this.#next) {
      const { most, updates, wait } = burstFor(speed(), this.#most, this.#took);
      this.#most = most;
      this.#next = time + wait - 8;
      this.step(updates);
    }
    if (dreaming() && !this.#dreaming && time >= this.#nextStep) {
      this.#dreaming = true;
      this.#nextStep = time + STEP - 8;
      dream();
    }
  }
}
