/**
 * The latest states of a deterministic run over real vectors, to see when it comes back to one of them. Two states are
 * the same where no entry differs by more than `tolerance` times `scale`.
 */
export class Orbit {
  readonly #tolerance: number;
  readonly #longest: number;
  readonly #states: Float64Array[] = [];

  /** @param longest the longest cycle that is looked for */
  constructor(tolerance: number, longest: number) {
    this.#tolerance = tolerance;
    this.#longest = longest;
  }

  /**
   * Takes up the next state, which must not change afterwards. Returns how many steps ago the run was here, the smallest
   * number where there are several, and 0 where it was not.
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
