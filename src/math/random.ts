import { ArgumentError, requireInteger, requireNumber } from "../errors.js";
import { log } from "./elementary.js";

/** High 32 bits of the product of two 32-bit words. */
function mulHigh(a: number, b: number): number {
  const aHigh = a >>> 16;
  const aLow = a & 0xffff;
  const bHigh = b >>> 16;
  const bLow = b & 0xffff;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 65536) + Math.floor(carry / 65536)) >>> 0;
}

/**
 * One block of Philox 4x32-10: four random words from a counter of four and a key of two (Salmon, Moraes, Dror and
 * Shaw, Parallel random numbers: as easy as 1, 2, 3, 2011). Writes to out[at] ... out[at + 3].
 */
export function philox4x32(
  counter0: number,
  counter1: number,
  counter2: number,
  counter3: number,
  key0: number,
  key1: number,
  out: Uint32Array,
  at = 0,
): void {
  let x0 = counter0 >>> 0;
  let x1 = counter1 >>> 0;
  let x2 = counter2 >>> 0;
  let x3 = counter3 >>> 0;
  let k0 = key0 | 0;
  let k1 = key1 | 0;
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(0xd2511f53, x0);
    const low0 = Math.imul(0xd2511f53, x0);
    const high1 = mulHigh(0xcd9e8d57, x2);
    const low1 = Math.imul(0xcd9e8d57, x2);
    x0 = (high1 ^ x1 ^ k0) >>> 0;
    x1 = low1 >>> 0;
    x2 = (high0 ^ x3 ^ k1) >>> 0;
    x3 = low0 >>> 0;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  out[at] = x0;
  out[at + 1] = x1;
  out[at + 2] = x2;
  out[at + 3] = x3;
}

/** Words generated at a time: 64 bytes, which engines keep in their own heap, so that a fork costs little. */
const BUFFER = 16;

/**
 * A seeded stream of random numbers, counter-based: the k-th number of a stream depends on (seed, stream, k) alone, not
 * on where it is drawn. Work that may run in any order, or on any worker, gives each part a stream of its own by
 * `fork`.
 */
export class Random {
  readonly #key0: number;
  readonly #key1: number;
  #block = 0;
  readonly #buffer = new Uint32Array(BUFFER);
  #at = BUFFER;

  /** @param seed a whole number from 0 to 2^53 - 1 */
  constructor(seed: number) {
    requireInteger("seed", seed, 0);
    this.#key0 = seed >>> 0;
    this.#key1 = Math.floor(seed / 2 ** 32);
  }

  /** The two words of the Philox key that the numbers of this stream come from. */
  get key(): readonly [number, number] {
    return [this.#key0, this.#key1];
  }

  /**
   * The stream with number `index` (0 to 2^53 - 1) of this generator, independent of how much has been drawn. Its key
   * is a Philox block of this key, taken at a counter that drawing never reaches.
   */
  fork(index: number): Random {
    requireInteger("stream", index, 0);
    const block = new Uint32Array(4);
    philox4x32(index, Math.floor(index / 2 ** 32), 0, 1, this.#key0, this.#key1, block);
    return new Random(block[0] + (block[1] & 0x1fffff) * 2 ** 32);
  }

  /** The next 32 random bits, as a whole number from 0 to 2^32 - 1. */
  word(): number {
    if (this.#at === BUFFER) this.#refill();
    return this.#buffer[this.#at++];
  }

  /** Skips the next `words` words, as if they had been drawn. */
  skip(words: number): this {
    requireInteger("words", words, 0);
    const next = 4 * this.#block - (BUFFER - this.#at) + words;
    this.#block = 4 * Math.floor(next / BUFFER);
    this.#refill();
    this.#at = next % BUFFER;
    return this;
  }

  #refill(): void {
    for (let i = 0; i < BUFFER; i += 4) {
      const high = Math.floor(this.#block / 2 ** 32);
      philox4x32(this.#block, high, 0, 0, this.#key0, this.#key1, this.#buffer, i);
      this.#block++;
    }
    this.#at = 0;
  }

  /** Uniform on [0, 1): a multiple of 2^-53. */
  uniform(): number {
    return ((this.word() >>> 5) * 2 ** 26 + (this.word() >>> 6)) * 2 ** -53;
  }

  /** True with the given probability. */
  bernoulli(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** Uniform on 0 ... bound - 1, without bias (Lemire, Fast random integer generation in an interval, 2019). */
  integer(bound: number): number {
    requireInteger("bound", bound, 1, 2 ** 32 - 1);
    return this.#below(bound);
  }

  #below(bound: number): number {
    for (;;) {
      const word = this.word();
      const low = Math.imul(word, bound) >>> 0;
      // The remainder is below the bound: it is computed only where the low word is below it, too.
      if (low >= bound || low >= 2 ** 32 % bound) return mulHigh(word, bound);
    }
  }

  /** Standard normal, by the polar method (Marsaglia and Bray, 1964). */
  normal(): number {
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const r = x * x + y * y;
      if (r < 1 && r > 0) return x * Math.sqrt((-2 * log(r)) / r);
    }
  }

  /** Standard logistic, log(u / (1 - u)): a heat bath compares it with 2 beta h. */
  logistic(): number {
    for (;;) {
      const u = this.uniform();
      if (u > 0) return log(u / (1 - u));
    }
  }

  /** Puts 0 ... out.length - 1 into `out` in random order (Fisher and Yates). */
  permutation(out: Uint32Array): Uint32Array {
    for (let i = 0; i < out.length; i++) {
      const j = this.#below(i + 1);
      out[i] = out[j];
      out[j] = i;
    }
    return out;
  }

  /** `count` distinct numbers of 0 ... total - 1, in random order. */
  sample(count: number, total: number): Uint32Array {
    requireInteger("total", total, 0, 2 ** 32 - 1);
    requireInteger("count", count, 0, total);
    const all = Uint32Array.from({ length: total }, (_, i) => i);
    for (let i = 0; i < count; i++) {
      const j = i + this.#below(total - i);
      const taken = all[j];
      all[j] = all[i];
      all[i] = taken;
    }
    return all.slice(0, count);
  }
}

/** Throws unless `probability` is a number from 0 to 1. */
export function requireProbability(name: string, probability: number): void {
  requireNumber(name, probability, 0, 1);
}

/** Throws if an operation that needs a generator was given none. */
export function requireRandom(random: Random | undefined, what: string): Random {
  if (random === undefined)
    throw new ArgumentError(`random is missing; ${what} needs a generator: pass new Random(seed)`);
  return random;
}
