import { EngramError } from "../../errors.js";
import type { Holding } from "./holding.js";

const page = 65536;
const mostPages = 65536;
/** The first page belongs to the tables of assembly/product.ts, and 0 can mean "none". */
const first = page;

/** Bytes that a heap grows to before it evicts what was not used lately, to begin with. */
const FIRST_LIMIT = 2 ** 28;

/**
 * Allocates blocks in one WebAssembly memory: first fit over a list of free blocks in order of address, merged with
 * their neighbours when they are freed. The views change when the memory grows; read them again after every `take`.
 *
 * The memory is a cache of what operators and walks hold. A program cannot wait for the collector in a synchronous loop,
 * so where the memory would grow beyond a limit, holdings that are not in use move to plain arrays, the least recently used
 * first, and come back when they are needed. What comes back was not garbage: it raises the limit by its size.
 */
export class Heap {
  readonly memory = new WebAssembly.Memory({ initial: 2, maximum: mostPages });
  /** Bytes in use. */
  used = 0;
  #limit: number;
  #buffer = this.memory.buffer;
  #words = new Uint32Array(this.#buffer);
  #numbers = new Float64Array(this.#buffer);
  readonly #free: { at: number; size: number }[] = [{ at: first, size: page }];
  readonly #sizes = new Map<number, number>();
  /** The holdings whose blocks are here. The heap keeps no others: they belong to their owners alone. */
  readonly #present = new Map<number, Holding>();
  /** Holdings of owners that are being made. */
  readonly #begun: Holding[] = [];
  #numbering = 0;
  #clock = 0;
  /** Frees the blocks of owners that were garbage-collected. It knows numbers, since it would keep holdings alive. */
  readonly #collected = new FinalizationRegistry<number>((number) => this.#present.get(number)?.end());

  /** @param limit bytes that it grows to before it evicts holdings */
  constructor(limit = FIRST_LIMIT) {
    this.#limit = limit;
  }

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
    const size = sizeOf(bytes);
    let index = this.#fit(size);
    if (index < 0) index = this.#makeRoom(size);
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

  /** Takes up a holding, which ends when its owner is collected, and returns its number. */
  register(holding: Holding, owner: object): number {
    const number = this.#numbering++;
    this.#collected.register(owner, number, holding);
    this.#present.set(number, holding);
    this.#begun.push(holding);
    return number;
  }

  /** Makes an owner, whose holding is pinned until it is made. If that fails, the blocks that it has taken are freed. */
  build<Owner>(make: () => Owner): Owner {
    const begun = this.#begun.length;
    try {
      const owner = make();
      for (const holding of this.#begun.splice(begun)) holding.pins--;
      return owner;
    } catch (error) {
      for (const holding of this.#begun.splice(begun)) holding.end();
      throw error;
    }
  }

  /** Notes that a holding is used now. */
  touch(holding: Holding): void {
    holding.lastUse = this.#clock++;
  }

  /** Notes that a holding that was evicted is here again. */
  returned(holding: Holding): void {
    this.#present.set(holding.number, holding);
    this.#limit += holding.bytes;
  }

  /** Forgets a holding whose blocks are no longer here; `forever` if they will not come back. */
  gone(holding: Holding, forever: boolean): void {
    this.#present.delete(holding.number);
    if (forever) this.#collected.unregister(holding);
  }

  #refresh(): void {
    if (this.#buffer === this.memory.buffer) return;
    this.#buffer = this.memory.buffer;
    this.#words = new Uint32Array(this.#buffer);
    this.#numbers = new Float64Array(this.#buffer);
  }

  /** The index of the first free block of at least `size` bytes, or -1. */
  #fit(size: number): number {
    return this.#free.findIndex((block) => block.size >= size);
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

  /** Grows up to the limit, else evicts what is not in use, else grows beyond the limit. Returns as `#fit` does. */
  #makeRoom(size: number): number {
    const needed = this.#pagesFor(size);
    if (this.memory.buffer.byteLength + needed * page <= this.#limit) {
      const index = this.#grow(needed);
      if (index >= 0) return index;
    }
    try {
      this.#evict(size);
      const index = this.#fit(size);
      if (index >= 0) return index;
      const grown = this.#grow(this.#pagesFor(size));
      if (grown >= 0) return grown;
    } catch (cause) {
      throw this.#full(size, cause);
    }
    throw this.#full(size);
  }

  /** Moves holdings out until `size` bytes fit, and some more, so that it is not done again at every small request. */
  #evict(size: number): void {
    const idle = Array.from(this.#present.values()).filter(({ pins }) => pins === 0);
    idle.sort((a, b) => a.lastUse - b.lastUse);
    const enough = this.memory.buffer.byteLength / 8;
    let freed = 0;
    for (const holding of idle) {
      if (freed >= enough && this.#fit(size) >= 0) return;
      freed += holding.bytes;
      holding.evict();
    }
  }

  #pagesFor(size: number): number {
    const end = this.memory.buffer.byteLength;
    const last = this.#free.at(-1);
    const spare = last !== undefined && last.at + last.size === end ? last.size : 0;
    return Math.ceil((size - spare) / page);
  }

  /** Grows by some pages at least, and returns the index of the last free block, or -1 where the engine refuses. */
  #grow(needed: number): number {
    const end = this.memory.buffer.byteLength;
    // By at least a quarter, so that many small requests do not mean many moves of the whole memory.
    const wanted = Math.max(needed, Math.min(Math.ceil(end / page / 4), mostPages - end / page));
    for (const pages of new Set([wanted, needed])) {
      try {
        this.memory.grow(pages);
      } catch {
        continue;
      }
      return this.#insert(end, pages * page);
    }
    return -1;
  }

  #full(size: number, cause?: unknown): EngramError {
    const megabytes = Math.ceil(this.used / 2 ** 20);
    return new EngramError(
      `the WebAssembly memory, ${megabytes} MB in use, cannot grow by ${Math.ceil(size / 2 ** 20)} MB; call dispose() ` +
        "of memories and runs that are not needed, or pass the reference kernels as the option kernels",
      { cause },
    );
  }
}

/** The bytes that a block of `bytes` bytes takes. */
export function sizeOf(bytes: number): number {
  return Math.max(16, Math.ceil(bytes / 16) * 16);
}

/** Blocks of scratch, freed together. */
export class Lease {
  readonly #heap: Heap;
  readonly #blocks: number[] = [];

  constructor(heap: Heap) {
    this.#heap = heap;
  }

  /** The address of a block. */
  take(bytes: number): number {
    const at = this.#heap.take(bytes);
    this.#blocks.push(at);
    return at;
  }

  /** The address of a block with a copy of `data`. */
  copy(data: Uint32Array | Float32Array | Float64Array): number {
    const at = this.take(data.byteLength);
    write(this.#heap, at, data);
    return at;
  }

  end(): void {
    for (const at of this.#blocks.splice(0)) this.#heap.free(at);
  }
}

/** Writes numbers to an address. */
export function write(heap: Heap, at: number, data: Uint32Array | Float32Array | Float64Array): void {
  if (data instanceof Uint32Array) heap.words.set(data, at >>> 2);
  else if (data instanceof Float32Array) new Float32Array(heap.memory.buffer, at).set(data);
  else heap.numbers.set(data, at >>> 3);
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
