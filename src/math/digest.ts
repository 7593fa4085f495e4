/**
 * A 64-bit digest of whole numbers, sixteen hexadecimal digits: two FNV-1a hashes of 32 bits with different offsets
 * over bytes, of words the low one first (Fowler, Noll and Vo, 1991). It tells results apart; it does not protect
 * against deliberate collisions.
 */
export class Digest {
  #a = 0x811c9dc5;
  #b = 0x9747b28c;

  add(words: Uint32Array): this {
    for (let i = 0; i < words.length; i++) {
      for (let shift = 0; shift < 32; shift += 8) {
        const byte = (words[i] >>> shift) & 0xff;
        this.#a = Math.imul(this.#a ^ byte, 0x01000193);
        this.#b = Math.imul(this.#b ^ byte, 0x01000193) ^ (this.#b >>> 15);
      }
    }
    return this;
  }

  addBytes(bytes: Uint8Array): this {
    let [a, b] = [this.#a, this.#b];
    for (let i = 0; i < bytes.length; i++) {
      a = Math.imul(a ^ bytes[i], 0x01000193);
      b = Math.imul(b ^ bytes[i], 0x01000193) ^ (b >>> 15);
    }
    [this.#a, this.#b] = [a, b];
    return this;
  }

  hex(): string {
    const word = (x: number) => (x >>> 0).toString(16).padStart(8, "0");
    return word(this.#a) + word(this.#b);
  }
}
