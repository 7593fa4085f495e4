import { EngramError } from "../../errors.js";

const page = 65536;
/** The first page belongs to the tables of assembly/product.ts, and 0 can mean "none". */
const first = page;

/**
 * Allocates blocks in one WebAssembly memory: first fit over a list of free blocks in order of address, merged with
 * their neighbours when they are freed. The views change when the memory grows; read them again after every `take`.
 */
export class Heap {
  readonly memory = new WebAssembly.Memory({ initial: 2, maximum: 65536 });
  /** Bytes in use. */
  used = 0;
  #buffer = this.memory.buffer;
  #words = new Uint32Array(this.#buffer);
  #numbers = new Float64Array(this.#buffer);
  readonly #free: { at: number; size: number }[] = [{ at: first, size: page }];
  readonly #sizes = new Map<number, number>();

  get words(): Uint32Array {
    this.#refresh();
    return this.#words;
  }

  get numbers(): Float64Array {
    this.#refresh();
    return this.#numbers;
  }

  /** The address, a multiple of 16, of a block whose content is arbitrary. */
  take(bytes: number): number {
    const size = Math.max(16, Math.ceil(bytes / 16) * 16);
    let index = this.#free.findIndex((block) => block.size >= size);
    if (index < 0) index = this.#grow(size);
    const block = this.#free[index];
    const at = block.at;
    if (block.size === size) this.#free.splice(index, 1);
    else {
      block.at += size;
      block.size -= size;
    }
    this.#sizes.set(at, size);
    this.used += size;
    return at;
  }

  free(at: number): void {
    const size = this.#sizes.get(at);
    if (size === undefined) return;
    this.#sizes.delete(at);
    this.used -= size;
    this.#insert(at, size);
  }

  #refresh(): void {
    if (this.#buffer === this.memory.buffer) return;
    this.#buffer = this.memory.buffer;
    this.#words = new Uint32Array(this.#buffer);
    this.#numbers = new Float64Array(this.#buffer);
  }

  /** Puts a block among the free ones and returns its index there. */
  #insert(at: number, size: number): number {
    const free = this.#free;
    let low = 0;
    let high = free.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (free[middle].at < at) low = middle + 1;
      else high = middle;
    }
    free.splice(low, 0, { at, size });
    if (low + 1 < free.length && at + size === free[low + 1].at) {
      free[low].size += free[low + 1].size;
      free.splice(low + 1, 1);
    }
    if (low > 0 && free[low - 1].at + free[low - 1].size === at) {
      free[low - 1].size += free[low].size;
      free.splice(low, 1);
      low--;
    }
    return low;
  }

  #grow(size: number): number {
    const end = this.memory.buffer.byteLength;
    const last = this.#free.at(-1);
    const spare = last !== undefined && last.at + last.size === end ? last.size : 0;
    const needed = Math.ceil((size - spare) / page);
    // By at least a quarter, so that many small requests do not mean many moves of the whole memory.
    const pages = Math.max(needed, Math.min(Math.ceil(end / page / 4), 65536 - end / page));
    try {
      this.memory.grow(pages);
    } catch (cause) {
      const megabytes = Math.ceil(this.used / 2 ** 20);
      throw new EngramError(
        `the WebAssembly memory, ${megabytes} MB in use, cannot grow by ${Math.ceil(size / 2 ** 20)} MB; ` +
          "dispose of operators that are not needed, or use the reference kernels",
        { cause },
      );
    }
    return this.#insert(end, pages * page);
  }
}

/** The blocks of one owner, freed together. */
export class Lease {
  readonly #heap: Heap;
  readonly #blocks: number[] = [];

  constructor(heap: Heap) {
    this.#heap = heap;
  }

  take(bytes: number): number {
    const at = this.#heap.take(bytes);
    this.#blocks.push(at);
    return at;
  }

  /** A block with a copy of `data`. */
  copy(data: Uint32Array | Float64Array): number {
    const at = this.take(data.byteLength);
    if (data instanceof Uint32Array) this.#heap.words.set(data, at >>> 2);
    else this.#heap.numbers.set(data, at >>> 3);
    return at;
  }

  end(): void {
    for (const at of this.#blocks.splice(0)) this.#heap.free(at);
  }
}

/** Runs `work` with blocks that live as long as it runs. */
export function withLease<T>(heap: Heap, work: (lease: Lease) => T): T {
  const lease = new Lease(heap);
  try {
    return work(lease);
  } finally {
    lease.end();
  }
}
