import type { Random } from "../math/random.js";

/** Number of subsets of `size` out of `total` elements, C(total, size); exact up to 2^53. */
export function subsetCount(total: number, size: number): number {
  let count = 1;
  for (let k = 1; k <= Math.min(size, total - size); k++) count = (count * (total - k + 1)) / k;
  return count;
}

/** The subsets of a given size of some units, one after the other or at random, as bits to flip in a packed state. */
export class Subsets {
  readonly #units: Uint32Array;
  readonly #size: number;
  /** The next subset in lexicographic order, as indices into `#units`. */
  readonly #places: Uint32Array;

  /** Subsets of 0 ... total - 1, or of the `total` given units. */
  constructor(total: number, size: number, units?: Uint32Array) {
    this.#units = units?.slice() ?? Uint32Array.from({ length: total }, (_, i) => i);
    this.#size = size;
    this.#places = Uint32Array.from({ length: size }, (_, k) => k);
  }

  /** Flips the next subset in the state whose words begin at words[at]; after the last subset it starts again. */
  toggleNext(words: Uint32Array, at: number): void {
    for (let k = 0; k < this.#size; k++) toggle(words, at, this.#units[this.#places[k]]);
    let k = this.#size - 1;
    while (k >= 0 && this.#places[k] === this.#units.length - this.#size + k) k--;
    let place = k < 0 ? -1 : this.#places[k];
    for (k = Math.max(k, 0); k < this.#size; k++) this.#places[k] = ++place;
  }

  /** Flips a uniformly random subset: the head of a partial shuffle of the current order. */
  toggleRandom(words: Uint32Array, at: number, random: Random): void {
    const units = this.#units;
    for (let k = 0; k < this.#size; k++) {
      const j = k + random.integer(units.length - k);
      const unit = units[j];
      units[j] = units[k];
      units[k] = unit;
      toggle(words, at, unit);
    }
  }
}

function toggle(words: Uint32Array, at: number, unit: number): void {
  words[at + (unit >>> 5)] ^= 1 << (unit & 31);
}
