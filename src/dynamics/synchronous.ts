import { disposeSymbol } from "../disposing.js";
import { disposedError } from "../errors.js";
import type { Interaction } from "../interactions/index.js";
import { type BitMatrix, bitDistance, bitMatrix } from "../math/bits.js";
import { dynamics, maxSweeps, type SpinProcess } from "./dynamics.js";
import { History } from "./history.js";

/**
 * Synchronous dynamics: all units at once become s = sgn(h), sgn(0) = +1 (Little 1974). It ends on a fixed point or on a
 * cycle, of length two at most where the couplings are symmetric (Goles, Fogelman and Pellegrin 1985). It uses no
 * randomness.
 */
export const synchronous = dynamics({
  name: "synchronous",
  summary: "all units at once follow their fields",
  reference: "Little 1974",
  options: { maxSweeps },
  create: ({ maxSweeps }) => ({
    maxSweeps,
    start: (net, cue) => new SynchronousProcess(net, cue),
    follow: (run, next) => (run as SynchronousProcess).follow(next),
  }),
});

/** Options of synchronous dynamics. */
export type SynchronousOptions = NonNullable<Parameters<typeof synchronous>[0]>;

class SynchronousProcess implements SpinProcess {
  sweeps = 0;
  flips = 0;
  period = 0;
  readonly #net: Interaction;
  readonly #history = new History();
  #state: BitMatrix;
  #isDisposed = false;

  constructor(net: Interaction, cue: BitMatrix) {
    this.#net = net;
    this.#state = bitMatrix(1, cue.columns, cue.words.slice());
    this.#history.add(this.#state);
  }

  get visits(): number {
    return this.sweeps * this.#net.units;
  }

  advance(): number {
    this.#requireAlive();
    if (this.period > 0) return 0;
    const next = bitMatrix(1, this.#state.columns);
    this.#net.step(this.#state, next);
    return this.#follow(next);
  }

  follow(next: BitMatrix): void {
    this.#requireAlive();
    if (this.period === 0) this.#follow(bitMatrix(1, next.columns, next.words.slice()));
  }

  #follow(next: BitMatrix): number {
    this.sweeps++;
    const changed = bitDistance(this.#state, 0, next, 0);
    this.flips += changed;
    this.period = this.#history.add(next);
    this.#state = next;
    return changed;
  }

  #requireAlive(): void {
    if (this.#isDisposed) throw disposedError("run");
  }

  read(): BitMatrix {
    this.#requireAlive();
    return bitMatrix(1, this.#state.columns, this.#state.words.slice());
  }

  dispose(): void {
    this.#isDisposed = true;
  }

  [disposeSymbol](): void {
    this.dispose();
  }
}
