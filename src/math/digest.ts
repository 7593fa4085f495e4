/**
 * A 64-bit digest of whole numbers, sixteen hexadecimal digits: two FNV-1a hashes of 32 bits with different offsets
 * over the bytes of each word, low byte first (Fowler, Noll and Vo, 1991). It tells results apart; it does not protect
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

  hex(): string {
    const word = (x: number) => (x >>> 0).toString(16).padStart(8, "0");
    return word(this.#a) + word(this.#b);
  }
}
