import { type BitMatrix, bitDistance, bitMatrix } from "../math/bits.js";
import { Digest } from "../math/digest.js";

/** The states of a deterministic run, one row each, to detect when it returns to one of them. */
export class History {
  readonly #states: BitMatrix[] = [];
  /** The row of the latest state with each digest. */
  readonly #places = new Map<string, number>();

  /** Adds a copy of the next state. Returns how many states ago the run was in the same one, or 0 if it never was. */
  add(state: BitMatrix): number {
    const here = this.#states.length;
    const digest = new Digest().add(state.words).hex();
    const seen = this.#places.get(digest);
    const again = seen !== undefined && bitDistance(this.#states[seen], 0, state, 0) === 0;
    this.#states.push(bitMatrix(1, state.columns, state.words.slice()));
    this.#places.set(digest, here);
    return again ? here - seen : 0;
  }
}
