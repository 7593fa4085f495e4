import type { Walk } from "../kernels/index.js";
import { type BitMatrix, bitMatrix } from "../math/bits.js";
import type { Net, Process } from "./dynamics.js";

/** What distinguishes one unit-by-unit dynamics from another. */
export interface SweepPlan {
  /** Puts the order of the next sweep into `order`, which holds the order of the last one. */
  arrange(order: Uint32Array): void;
  /** Puts the noise of the next sweep into `noise`, visit by visit. Without it, a sweep that changes nothing ends the run. */
  disturb?: (noise: Float64Array) => void;
}

/** A run in which the units are visited one after the other, each of them once a sweep. */
export class SweepProcess implements Process {
  visits = 0;
  flips = 0;
  period = 0;
  readonly #walk: Walk;
  readonly #thresholds: Float64Array;
  readonly #plan: SweepPlan;
  readonly #order: Uint32Array;
  readonly #noise: Float64Array | undefined;
  #flipsBefore = 0;

  constructor({ couplings, thresholds }: Net, cue: BitMatrix, plan: SweepPlan) {
    this.#walk = couplings.walk(cue);
    this.#thresholds = thresholds;
    this.#plan = plan;
    this.#order = Uint32Array.from({ length: couplings.units }, (_, i) => i);
    this.#noise = plan.disturb && new Float64Array(couplings.units);
  }

  get sweeps(): number {
    return Math.ceil(this.visits / this.#order.length);
  }

  advance(visits: number): number {
    if (this.period > 0) return 0;
    const n = this.#order.length;
    const begin = this.visits % n;
    if (begin === 0) this.#beginSweep();
    const end = Math.min(n, begin + visits);
    const flips = this.#walk.visit(
      this.#order.subarray(begin, end),
      this.#thresholds,
      this.#noise?.subarray(begin, end),
    );
    this.visits += end - begin;
    this.flips += flips;
    if (end === n && this.#noise === undefined && this.flips === this.#flipsBefore) this.period = 1;
    return flips;
  }

  #beginSweep(): void {
    this.#flipsBefore = this.flips;
    this.#plan.arrange(this.#order);
    if (this.#noise !== undefined) this.#plan.disturb?.(this.#noise);
  }

  read(): BitMatrix {
    const state = bitMatrix(1, this.#order.length);
    this.#walk.read(state);
    return state;
  }

  dispose(): void {
    this.#walk.dispose();
  }
}
