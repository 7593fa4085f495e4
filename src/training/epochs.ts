import type { Random } from "../math/random.js";

/** The progress of a training, and the rows of the next batch: every epoch visits all rows once, in its own random order. */
export class Epochs {
  /** Number of completed epochs, batches since then, updates in total; live, for checkpoints. */
  readonly progress: Float64Array = new Float64Array(3);
  readonly #order: Uint32Array;
  readonly #batch: number;
  readonly #random: Random | undefined;

  /** @param random the order of epoch e is drawn from `random.fork(e)`; if it is omitted, rows stay in order */
  constructor(rows: number, batch: number, random?: Random) {
    this.#order = Uint32Array.from({ length: rows }, (_, r) => r);
    this.#batch = batch;
    this.#random = random;
    this.restore();
  }

  /** Number of completed epochs. */
  get epoch(): number {
    return this.progress[0];
  }

  get updates(): number {
    return this.progress[2];
  }

  /** Number of epochs so far, including the fraction of the current one. */
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

  /** Advances to the next batch; returns whether this one ends an epoch. */
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

  /** Draws the order of the current epoch after `progress` was set. */
  restore(): void {
    this.#random?.fork(this.progress[0]).permutation(this.#order);
  }
}
