import { disposeSymbol } from "../disposing.js";
import type { Process } from "../dynamics/index.js";

/** A recall in synchronous steps. `next` makes a step and reports the period once the run has settled. */
export class StepProcess implements Process<Float64Array> {
  sweeps = 0;
  period = 0;
  #state: Float64Array;
  readonly #next: (state: Float64Array, sweep: number) => { readonly state: Float64Array; readonly period: number };

  constructor(
    start: Float64Array,
    next: (state: Float64Array, sweep: number) => { readonly state: Float64Array; readonly period: number },
  ) {
    this.#state = start;
    this.#next = next;
  }

  advance(): number {
    if (this.period > 0) return 0;
    const before = this.#state;
    const { state, period } = this.#next(before, ++this.sweeps);
    this.#state = state;
    this.period = period;
    return state.length === before.length ? state.filter((value, i) => value !== before[i]).length : state.length;
  }

  read(): Float64Array {
    return this.#state.slice();
  }

  dispose(): void {}

  [disposeSymbol](): void {
    this.dispose();
  }
}
