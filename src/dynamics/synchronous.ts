import { requireInteger } from "../errors.js";
import type { Couplings } from "../interactions/index.js";
import { type BitMatrix, bitDistance, bitMatrix } from "../math/bits.js";
import type { Dynamics, Net, Process } from "./dynamics.js";
import { History } from "./history.js";

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
  return {
    name: "synchronous",
    options: { maxSweeps },
    maxSweeps,
    start: (net, cue) => new SynchronousProcess(net, cue),
  };
}

class SynchronousProcess implements Process {
  sweeps = 0;
  flips = 0;
  period = 0;
  readonly #couplings: Couplings;
  readonly #thresholds: Float64Array;
  readonly #history = new History();
  #state: BitMatrix;

  constructor({ couplings, thresholds }: Net, cue: BitMatrix) {
    this.#couplings = couplings;
    this.#thresholds = thresholds;
    this.#state = bitMatrix(1, cue.columns, cue.words.slice());
    this.#history.add(this.#state);
  }

  get visits(): number {
    return this.sweeps * this.#couplings.units;
  }

  advance(): number {
    if (this.period > 0) return 0;
    const next = bitMatrix(1, this.#state.columns);
    this.#couplings.step(this.#state, this.#thresholds, next);
    this.sweeps++;
    const changed = bitDistance(this.#state, 0, next, 0);
    this.flips += changed;
    this.period = this.#history.add(next);
    this.#state = next;
    return changed;
  }

  read(): BitMatrix {
    return bitMatrix(1, this.#state.columns, this.#state.words.slice());
  }

  dispose(): void {}
}
