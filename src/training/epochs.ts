import type { Random } from "../math/random.js";

/** Where a training is, and which rows come next: every epoch goes through all rows once, in an order of its own. */
export class Epochs {
  /** Epochs that are over, batches since then, updates in all; live, for checkpoints. */
  readonly progress = new Float64Array(3);
  readonly #order: Uint32Array;
  readonly #batch: number;
  readonly #random: Random | undefined;

  /** @param random the order of epoch e is drawn from `random.fork(e)`; rows stay in order where it is left out */
  constructor(rows: number, batch: number, random?: Random) {
    this.#order = Uint32Array.from({ length: rows }, (_, r) => r);
    this.#batch = batch;
    this.#random = random;
    this.restore();
  }

  /** Epochs that are over. */
  get epoch(): number {
    return this.progress[0];
  }

  get updates(): number {
    return this.progress[2];
  }

  /** Epochs so far, with the part of the one that is under way. */
  get at(): number {
    return this.progress[0] + (this.progress[1] * this.#batch) / this.#order.length;
  }

  /** The numbers of the rows of the next batch. */
  get rows(): Uint32Array {
    const done = this.progress[1];
    return this.#order.subarray(done * this.#batch, (done + 1) * this.#batch);
  }

  /** Whether an epoch ends with the next batch. */
  get isLast(): boolean {
    return (this.progress[1] + 1) * this.#batch >= this.#order.length;
  }

  /** Goes on to the next batch; tells whether an epoch is over with this one. */
  advance(): boolean {
    const over = this.isLast;
    this.progress[2]++;
    if (!over) {
      this.progress[1]++;
      return false;
    }
    this.progress[0]++;
    this.progress[1] = 0;
    this.restore();
    return true;
  }

  /** Draws the order of the epoch that is under way, once `progress` was set. */
  restore(): void {
    this.#random?.fork(this.progress[0]).permutation(this.#order);
  }
}
