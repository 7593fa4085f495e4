/**
 * The latest states of a deterministic run over real vectors, to detect cycles. Two states are equal if no entry differs
 * by more than `tolerance` times `scale`.
 */
export class Orbit {
  readonly #tolerance: number;
  readonly #longest: number;
  readonly #states: Float64Array[] = [];

  /** @param longest length of the longest cycle to look for */
  constructor(tolerance: number, longest: number) {
    this.#tolerance = tolerance;
    this.#longest = longest;
  }

  /**
   * Adds the next state, which must not change afterwards. Returns the number of steps since the run was last in this state;
   * 0 if it was not.
   */
  add(state: Float64Array, scale: number): number {
    const states = this.#states;
    const margin = this.#tolerance * scale;
    let steps = 1;
    while (steps <= states.length && !isSame(states[states.length - steps], state, margin)) steps++;
    const period = steps <= states.length ? steps : 0;
    states.push(state);
    if (states.length > this.#longest) states.shift();
    return period;
  }
}

function isSame(a: Float64Array, b: Float64Array, margin: number): boolean {
  for (let i = 0; i < a.length; i++) if (!(Math.abs(a[i] - b[i]) <= margin)) return false;
  return true;
}
