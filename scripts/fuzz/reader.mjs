import { EngramError } from "engram";

/**
 * A reader of bytes, with sound files.
 *
 * @typedef {object} Reader
 * @property {string} name
 * @property {number} share how many inputs it gets for one of a reader of share 1
 * @property {() => Promise<readonly Uint8Array[]>} sounds files of the format
 * @property {(bytes: Uint8Array) => Promise<Content>} read reads a file; it throws what the reader throws
 * @property {(bytes: Uint8Array, dice: import("./damage.mjs").Dice) => Uint8Array} [forge] a forged file, of a sound one
 *
 * @typedef {object} Content what was read
 * @property {string} value equal for equal contents
 * @property {boolean} [faithful] without a checksum in the format: whether another decoder reads the same in these bytes
 * @property {boolean} [warned] whether the file was said to have no digest
 */

/** Normal deviates. */
export function normals(random, count) {
  return Float64Array.from({ length: count }, () => random.normal());
}

/** Numbers of any array as text, to the last bit. */
export function bitsOf(values) {
  return `${values.constructor.name} ${Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64")}`;
}

/** Whether an error is how a reader refuses bad input: one line of bounded length. */
export function isRefusal(error) {
  return error instanceof EngramError && error.fault === "input" && /^[^\n]{1,1000}$/.test(error.message);
}
