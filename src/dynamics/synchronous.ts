import type { Couplings } from "../couplings/index.js";
import { requireInteger } from "../errors.js";
import { type BitMatrix, bitDistance, bitMatrix } from "../math/bits.js";
import { Digest } from "../math/digest.js";
import type { Dynamics, Net, Process } from "./dynamics.js";

/** Choices of the synchronous dynamics. */
export interface SynchronousOptions {
  readonly maxSweeps?: number | undefined;
}

/**
 * Synchronous dynamics: all units at once become s = sgn(W s - theta), sgn(0) = +1 (Little 1974). It ends on a fixed
 * point or on a cycle, of length two at most where the couplings are symmetric (Goles, Fogelman and Pellegrin 1985). It
 * uses no randomness.
 */
export function synchronous({ maxSweeps = 1000 }: SynchronousOptions = {}): Dynamics {
  requireInteger("maxSweeps", maxSweeps, 1);
  return { name: "synchronous", maxSweeps, start: (net, cue) => new SynchronousProcess(net, cue) };
}

class SynchronousProcess implements Process {
  sweeps = 0;
  flips = 0;
  period = 0;
  readonly #couplings: Couplings;
  readonly #thresholds: Float64Array;
  /** Every state so far, and where each digest stands among them. */
  readonly #history: BitMatrix[];
  readonly #steps = new Map<string, number>();

  constructor({ couplings, thresholds }: Net, cue: BitMatrix) {
    this.#couplings = couplings;
    this.#thresholds = thresholds;
    this.#history = [bitMatrix(1, cue.columns, cue.words.slice())];
    this.#steps.set(new Digest().add(cue.words).hex(), 0);
  }

  get visits(): number {
    return this.sweeps * this.#couplings.units;
  }

  advance(): number {
    if (this.period > 0) return 0;
    const last = this.#history[this.sweeps];
    const next = bitMatrix(1, last.columns);
    this.#couplings.step(last, this.#thresholds, next);
    this.sweeps++;
    const changed = bitDistance(last, 0, next, 0);
    this.flips += changed;
    const digest = new Digest().add(next.words).hex();
    const seen = this.#steps.get(digest);
    if (seen !== undefined && bitDistance(this.#history[seen], 0, next, 0) === 0) this.period = this.sweeps - seen;
    this.#history.push(next);
    this.#steps.set(digest, this.sweeps);
    return changed;
  }

  read(): BitMatrix {
    const state = this.#history[this.sweeps];
    return bitMatrix(1, state.columns, state.words.slice());
  }

  dispose(): void {}
}
