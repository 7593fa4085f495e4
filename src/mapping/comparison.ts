import { exp } from "../math/elementary.js";
import { LogSum } from "../math/log-sum-exp.js";
import type { SpinView } from "./spin-model.js";

/** The range of a number. */
class Range {
  low = Number.POSITIVE_INFINITY;
  high = Number.NEGATIVE_INFINITY;

  /** Adds x; returns whether it is a new end. */
  add(x: number): boolean {
    const end = x < this.low || x > this.high;
    this.low = Math.min(this.low, x);
    this.high = Math.max(this.high, x);
    return end;
  }

  get half(): number {
    return (this.high - this.low) / 2;
  }
}

/** Accumulated differences of two models over states. */
export class Comparison {
  /** Number of compared states. */
  count = 0;
  /** A state at an end of the range. */
  worst: Int8Array = new Int8Array();
  readonly #differences = new Range();
  readonly #hidden: Range[];
  readonly #energies: [number[], number[]] = [[], []];
  readonly #models: readonly [SpinView, SpinView];
  readonly #beta: number;

  constructor(a: SpinView, b: SpinView, beta: number) {
    this.#models = [a, b];
    this.#hidden = this.#models.map(() => new Range());
    this.#beta = beta;
  }

  /** Compares rows of states. */
  add(states: Float64Array): void {
    const n = this.#models[0].units;
    const [left, right] = this.#models.map((model, m) => {
      const energies = model.energies(states);
      const others = model.throughHidden?.(states);
      for (let r = 0; r < energies.length; r++) {
        this.#energies[m].push(energies[r]);
        if (others !== undefined) this.#hidden[m].add(others[r] - energies[r]);
      }
      return energies;
    });
    for (let r = 0; r < left.length; r++) {
      const end = this.#differences.add(left[r] - right[r]);
      if (end) this.worst = Int8Array.from(states.subarray(r * n, (r + 1) * n));
    }
    this.count += left.length;
  }

  /** Half the range of E_a - E_b: the largest difference from its middle. */
  get difference(): number {
    return this.#differences.half;
  }

  /** The middle of E_a - E_b. */
  get constant(): number {
    return this.#differences.low + this.#differences.half;
  }

  /** The same of E(s, <h | s>) - F(s), the larger of both models; undefined if neither has it. */
  get hidden(): number | undefined {
    const known = this.#hidden.filter(({ low }) => low < Number.POSITIVE_INFINITY);
    return known.length === 0 ? undefined : Math.max(...known.map(({ half }) => half));
  }

  /** The total variation distance of the distributions, and log Z of both; valid only after all states. */
  distributions(): { readonly totalVariation: number; readonly logPartition: readonly [number, number] } {
    const [logA, logB] = this.#energies.map((energies) => {
      const sum = new LogSum();
      for (const energy of energies) sum.add(-this.#beta * energy);
      return sum.value;
    });
    const [left, right] = this.#energies;
    let variation = 0;
    for (let k = 0; k < left.length; k++) {
      variation += Math.abs(exp(-this.#beta * left[k] - logA) - exp(-this.#beta * right[k] - logB)) / 2;
    }
    return { totalVariation: variation, logPartition: [logA, logB] };
  }
}
