import { disposeSymbol } from "../disposing.js";
import { disposedError } from "../errors.js";
import type { Interaction, Walk } from "../interactions/index.js";
import { type BitMatrix, bitMatrix } from "../math/bits.js";
import type { SpinProcess } from "./dynamics.js";
import { History } from "./history.js";

/** What distinguishes one unit-by-unit dynamics from another. */
export interface SweepPlan {
  /** Writes the order of the next sweep to `order`, which holds the order of the last one. */
  arrange(order: Uint32Array): void;
  /** Whether all sweeps are in the same order: then a state that comes back closes a cycle. */
  readonly repeats?: boolean;
  /**
   * Writes the noise of the next sweep to `noise`, visit by visit, given its order and the state before it. Without it,
   * a sweep that changes nothing ends the run.
   */
  disturb?: (noise: Float64Array, order: Uint32Array, state: () => BitMatrix) => void;
}

/** A run in which the units are visited one after the other, each of them once a sweep. */
export class SweepProcess implements SpinProcess {
  visits = 0;
  flips = 0;
  period = 0;
  readonly #walk: Walk;
  #isDisposed = false;
  readonly #plan: SweepPlan;
  readonly #order: Uint32Array;
  readonly #noise: Float64Array | undefined;
  readonly #history: History | undefined;
  #flipsBefore = 0;

  constructor(net: Interaction, cue: BitMatrix, plan: SweepPlan) {
    this.#walk = net.walk(cue);
    this.#plan = plan;
    this.#order = new Uint32Array(net.units);
    for (let i = 0; i < net.units; i++) this.#order[i] = i;
    this.#noise = plan.disturb && new Float64Array(net.units);
    this.#history = plan.repeats === true ? new History() : undefined;
    this.#history?.add(cue);
  }

  get sweeps(): number {
    return Math.ceil(this.visits / this.#order.length);
  }

  advance(visits: number): number {
    this.#requireAlive();
    if (this.period > 0) return 0;
    const n = this.#order.length;
    const begin = this.visits % n;
    if (begin === 0) this.#beginSweep();
    const end = Math.min(n, begin + visits);
    const flips = this.#walk.visit(this.#order.subarray(begin, end), this.#noise?.subarray(begin, end));
    this.visits += end - begin;
    this.flips += flips;
    if (end === n) this.#endSweep();
    return flips;
  }

  #beginSweep(): void {
    this.#flipsBefore = this.flips;
    this.#plan.arrange(this.#order);
    if (this.#noise !== undefined) this.#plan.disturb?.(this.#noise, this.#order, () => this.read());
  }

  #endSweep(): void {
    if (this.#noise !== undefined) return;
    this.period = this.flips === this.#flipsBefore ? 1 : (this.#history?.add(this.read()) ?? 0);
  }

  #requireAlive(): void {
    if (this.#isDisposed) throw disposedError("run");
  }

  read(): BitMatrix {
    this.#requireAlive();
    const state = bitMatrix(1, this.#order.length);
    this.#walk.read(state);
    return state;
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#walk.dispose();
  }

  [disposeSymbol](): void {
    this.dispose();
  }
}
