/*
 * DEFLATE (P. Deutsch, DEFLATE Compressed Data Format Specification version 1.3, RFC 1951, 1996). The streams of
 * platforms do not say where compressed data end, which a file of several members needs, and differ in what they refuse.
 */

/** Where inflated bytes go: an array that grows when it is full. */
export interface Output {
  bytes: Uint8Array;
  length: number;
  /** Makes `bytes` longer; throws if it is as long as it may be. */
  grow(): void;
}

/** Compressed data are not valid. */
export class DeflateError extends Error {}

/** Largest number of bytes that a byte of deflated data inflates to: 258 bytes for two bits, and a little. */
export const LARGEST_RATIO = 1032;

const CUT = "it ends within its compressed data";

/** Longest code, in bits. */
const LONGEST = 15;
/** Codes of at most this number of bits are looked up, longer ones are decoded bit by bit. */
const FAST = 9;
/** Largest numbers of symbols of the two alphabets. */
const MOST_LENGTHS = 286;
const MOST_DISTANCES = 30;
const END_OF_BLOCK = 256;

const lengthBase = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const lengthBits = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const distanceBase = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
];
const distanceBits = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];
/** The order in which a block gives the lengths of the codes of code lengths. */
const lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Bits of a byte sequence, the lowest bit of each byte first. */
class Bits {
  readonly input: Uint8Array;
  at: number;
  hold = 0;
  count = 0;

  constructor(input: Uint8Array, start: number) {
    this.input = input;
    this.at = start;
  }

  take(count: number): number {
    while (this.count < count) {
      if (this.at >= this.input.length) throw new DeflateError(CUT);
      this.hold |= this.input[this.at++] << this.count;
      this.count += 8;
    }
    const value = this.hold & ((1 << count) - 1);
    this.hold >>>= count;
    this.count -= count;
    return value;
  }

  /** Holds at least 25 bits, or all that are left. */
  fill(): void {
    while (this.count <= 24 && this.at < this.input.length) {
      this.hold |= this.input[this.at++] << this.count;
      this.count += 8;
    }
  }

  /** Drops the rest of a byte; returns where the next one is. */
  toByte(): number {
    this.at -= this.count >>> 3;
    this.hold = 0;
    this.count = 0;
    return this.at;
  }
}

/** A canonical Huffman code (section 3.2.2). */
class Code {
  /** By the next FAST bits: 16 x symbol + length of the code, 0 if the code is longer. */
  readonly #fast = new Uint16Array(1 << FAST);
  /** Number of codes of each length, and the symbols by their codes. */
  readonly #counts = new Uint16Array(LONGEST + 1);
  readonly #symbols: Uint16Array;

  /** @param lengths length of each symbol's code, 0 for a symbol that does not occur */
  constructor(lengths: ArrayLike<number>, what: string) {
    for (let s = 0; s < lengths.length; s++) this.#counts[lengths[s]]++;
    this.#counts[0] = 0;
    const next = new Uint16Array(LONGEST + 2);
    const places = new Uint16Array(LONGEST + 2);
    let left = 1;
    let longest = 0;
    for (let length = 1; length <= LONGEST; length++) {
      const count = this.#counts[length];
      left = 2 * left - count;
      if (left < 0) throw new DeflateError(`${what} have more codes than bits allow`);
      if (count > 0) longest = length;
      next[length + 1] = (next[length] + count) << 1;
      places[length + 1] = places[length] + count;
    }
    // One code of one bit, or none, may leave the others unused.
    if (left > 0 && longest > 1) throw new DeflateError(`${what} have fewer codes than bits allow`);
    this.#symbols = new Uint16Array(places[LONGEST + 1]);
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      const length = lengths[symbol];
      if (length === 0) continue;
      this.#symbols[places[length]++] = symbol;
      const code = next[length]++;
      if (length > FAST) continue;
      for (let k = reversed(code, length); k < 1 << FAST; k += 1 << length) this.#fast[k] = 16 * symbol + length;
    }
  }

  read(bits: Bits): number {
    bits.fill();
    const entry = this.#fast[bits.hold & ((1 << FAST) - 1)];
    const length = entry & 15;
    if (length === 0) return this.#readLong(bits);
    if (length > bits.count) throw new DeflateError(CUT);
    bits.hold >>>= length;
    bits.count -= length;
    return entry >>> 4;
  }

  /** Compares the code so far with the codes of each length in turn. */
  #readLong(bits: Bits): number {
    let [code, first, place] = [0, 0, 0];
    for (let length = 1; length <= LONGEST; length++) {
      code |= bits.take(1);
      const count = this.#counts[length];
      if (code - first < count) return this.#symbols[place + code - first];
      place += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new DeflateError("it has a code that stands for nothing");
  }
}

function reversed(code: number, length: number): number {
  let mirrored = 0;
  for (let bit = 0; bit < length; bit++) mirrored |= ((code >>> bit) & 1) << (length - 1 - bit);
  return mirrored;
}

let fixed: readonly [Code, Code] | undefined;

/** The codes of blocks without codes of their own (section 3.2.6). */
function fixedCodes(): readonly [Code, Code] {
  const lengths = Array.from({ length: 288 }, (_, s) => (s < 144 ? 8 : s < 256 ? 9 : s < 280 ? 7 : 8));
  fixed ??= [new Code(lengths, "the fixed lengths"), new Code(new Uint8Array(32).fill(5), "the fixed distances")];
  return fixed;
}

/** The codes that stand at the beginning of a block (section 3.2.7). */
function ownCodes(bits: Bits): readonly [Code, Code] {
  const [lengths, distances, given] = [bits.take(5) + 257, bits.take(5) + 1, bits.take(4) + 4];
  if (lengths > MOST_LENGTHS || distances > MOST_DISTANCES) throw new DeflateError("a block has too many codes");
  const ofLengths = new Uint8Array(19);
  for (let k = 0; k < given; k++) ofLengths[lengthOrder[k]] = bits.take(3);
  const code = new Code(ofLengths, "code lengths");
  const all = new Uint8Array(lengths + distances);
  for (let k = 0; k < all.length; ) {
    const symbol = code.read(bits);
    if (symbol < 16) {
      all[k++] = symbol;
      continue;
    }
    if (symbol === 16 && k === 0) throw new DeflateError("a block repeats a code length before the first one");
    const length = symbol === 16 ? all[k - 1] : 0;
    const times = symbol === 16 ? 3 + bits.take(2) : symbol === 17 ? 3 + bits.take(3) : 11 + bits.take(7);
    if (k + times > all.length) throw new DeflateError("a block has too many code lengths");
    all.fill(length, k, k + times);
    k += times;
  }
  if (all[END_OF_BLOCK] === 0) throw new DeflateError("a block has no code for its end");
  return [new Code(all.subarray(0, lengths), "lengths"), new Code(all.subarray(lengths), "distances")];
}

/**
 * Inflates the compressed data that begin at `start`, and appends them to the output.
 *
 * @returns where the compressed data end
 * @throws DeflateError if they are not valid
 */
export function inflate(input: Uint8Array, start: number, output: Output): number {
  const bits = new Bits(input, start);
  const first = output.length;
  for (let isLast = false; !isLast; ) {
    isLast = bits.take(1) === 1;
    const type = bits.take(2);
    if (type === 0) copyStored(bits, output);
    else if (type === 3) throw new DeflateError("a block has an unknown type");
    else inflateBlock(bits, type === 1 ? fixedCodes() : ownCodes(bits), output, first);
  }
  return bits.toByte();
}

/** A block that is not compressed (section 3.2.4). */
function copyStored(bits: Bits, output: Output): void {
  const at = bits.toByte();
  const { input } = bits;
  if (at + 4 > input.length) throw new DeflateError(CUT);
  const length = input[at] | (input[at + 1] << 8);
  if (length !== (~(input[at + 2] | (input[at + 3] << 8)) & 0xffff)) {
    throw new DeflateError("a stored block has two different lengths");
  }
  const end = at + 4 + length;
  if (end > input.length) throw new DeflateError(CUT);
  for (let from = at + 4; from < end; ) {
    if (output.length === output.bytes.length) output.grow();
    const part = input.subarray(from, Math.min(end, from + output.bytes.length - output.length));
    output.bytes.set(part, output.length);
    output.length += part.length;
    from += part.length;
  }
  bits.at = end;
}

/** @param first where the data begin in the output: no copy reaches further back */
function inflateBlock(bits: Bits, [lengths, distances]: readonly [Code, Code], output: Output, first: number): void {
  let { bytes, length: n } = output;
  for (;;) {
    const symbol = lengths.read(bits);
    if (symbol === END_OF_BLOCK) break;
    if (symbol < END_OF_BLOCK) {
      if (n === bytes.length) bytes = grown(output, n);
      bytes[n++] = symbol;
      continue;
    }
    const own = symbol - END_OF_BLOCK - 1;
    if (own >= lengthBase.length) throw new DeflateError("it has a length that stands for nothing");
    const length = lengthBase[own] + bits.take(lengthBits[own]);
    const code = distances.read(bits);
    if (code >= MOST_DISTANCES) throw new DeflateError("it has a distance that stands for nothing");
    const from = n - distanceBase[code] - bits.take(distanceBits[code]);
    if (from < first) throw new DeflateError("it has a distance that reaches before its beginning");
    while (n + length > bytes.length) bytes = grown(output, n);
    for (let k = 0; k < length; k++) bytes[n + k] = bytes[from + k];
    n += length;
  }
  output.length = n;
}

function grown(output: Output, length: number): Uint8Array {
  output.length = length;
  output.grow();
  return output.bytes;
}
