import { type Heap, sizeOf, write } from "./heap.js";

/** A block of a holding. Its address changes when it is evicted and comes back. */
export interface Block {
  readonly at: number;
  readonly bytes: number;
}

/** No block: kernels take the address 0 for none. */
export const noBlock: Block = { at: 0, bytes: 0 };

/** The blocks of an operator or a walk, which live as long as it does. While `pins` is 0 the heap may move them out. */
export class Holding {
  readonly number: number;
  /** Number of uses under way; making the owner, see `Heap.build`, is one. */
  pins = 1;
  /** When it was used last. */
  lastUse = 0;
  /** Bytes of its blocks, wherever they are. */
  bytes = 0;
  readonly #heap: Heap;
  readonly #blocks: { at: number; readonly bytes: number }[] = [];
  /** The contents of the blocks while these are not in the heap. */
  #saved: Uint8Array[] | undefined;

  constructor(heap: Heap, owner: object) {
    this.#heap = heap;
    this.number = heap.register(this, owner);
  }

  /** A block whose content is arbitrary. */
  take(bytes: number): Block {
    const block = { at: this.#heap.take(bytes), bytes };
    this.#blocks.push(block);
    this.bytes += sizeOf(bytes);
    return block;
  }

  /** A block with a copy of `data`. */
  copy(data: Uint32Array | Float64Array): Block {
    const block = this.take(data.byteLength);
    write(this.#heap, block.at, data);
    return block;
  }

  /** Runs `work` while the blocks are in the heap and stay in place. */
  use<T>(work: () => T): T {
    this.pins++;
    try {
      this.#heap.touch(this);
      if (this.#saved !== undefined) this.#restore(this.#saved);
      return work();
    } finally {
      this.pins--;
    }
  }

  /** Moves the blocks out of the heap. */
  evict(): void {
    const { buffer } = this.#heap.memory;
    this.#saved = this.#blocks.map(({ at, bytes }) => new Uint8Array(buffer, at, bytes).slice());
    for (const block of this.#blocks) this.#heap.free(block.at);
    this.#heap.gone(this, false);
  }

  /** Frees the blocks. */
  end(): void {
    if (this.#saved === undefined) for (const { at } of this.#blocks) this.#heap.free(at);
    this.#blocks.length = 0;
    this.#saved = undefined;
    this.#heap.gone(this, true);
  }

  #restore(saved: readonly Uint8Array[]): void {
    const places: number[] = [];
    try {
      for (const { bytes } of this.#blocks) places.push(this.#heap.take(bytes));
    } catch (error) {
      for (const at of places) this.#heap.free(at);
      throw error;
    }
    const bytes = new Uint8Array(this.#heap.memory.buffer);
    this.#blocks.forEach((block, k) => {
      block.at = places[k];
      bytes.set(saved[k], block.at);
    });
    this.#saved = undefined;
    this.#heap.returned(this);
  }
}
