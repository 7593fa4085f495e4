import { type BitMatrix, bitDistance, bitMatrix } from "../math/bits.js";
import { Digest } from "../math/digest.js";

/** The states that a deterministic run has been in, one row each, to see when it comes back to one of them. */
export class History {
  readonly #states: BitMatrix[] = [];
  /** Where the latest state of each digest stands. */
  readonly #places = new Map<string, number>();

  /** Takes up the next state, which is copied. Returns how many states ago it was this one, 0 where it never was. */
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
