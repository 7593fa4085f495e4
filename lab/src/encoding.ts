/**
 * Units as short text for an address: `r` and the lengths of the runs of equal units, or `b` and the units eight to a
 * byte, whichever is shorter; both in base64 with the letters that an address leaves as they are.
 */

/** Units of 0 and 1 as text; the empty text where all are 0. */
export function encodeUnits(units: Uint8Array): string {
  if (!units.includes(1)) return "";
  const runs = `r${toBase64(runLengths(units))}`;
  const bits = `b${toBase64(eightToAByte(units))}`;
  return runs.length < bits.length ? runs : bits;
}

/** Decodes what `encodeUnits` wrote for `count` units; undefined for any other text. */
export function decodeUnits(text: string, count: number): Uint8Array | undefined {
  if (text === "") return new Uint8Array(count);
  const bytes = fromBase64(text.slice(1));
  if (bytes === undefined) return undefined;
  if (text[0] === "r") return fromRunLengths(bytes, count);
  if (text[0] === "b") return fromBytes(bytes, count);
  return undefined;
}

/** Lengths of the runs, zeros first, each in groups of seven bits, low ones first; the last run goes to the end. */
function runLengths(units: Uint8Array): number[] {
  const bytes: number[] = [];
  let value = 0;
  let begin = 0;
  for (let i = 0; i < units.length; i++) {
    if (units[i] === value) continue;
    let length = i - begin;
    for (; length > 127; length >>>= 7) bytes.push((length & 127) | 128);
    bytes.push(length);
    begin = i;
    value = units[i];
  }
  return bytes;
}

function fromRunLengths(bytes: Uint8Array, count: number): Uint8Array | undefined {
  const units = new Uint8Array(count);
  let at = 0;
  let value = 0;
  for (let k = 0; k < bytes.length; k++) {
    let length = 0;
    let shift = 0;
    for (; bytes[k] > 127; k++, shift += 7) length += (bytes[k] & 127) * 2 ** shift;
    length += bytes[k] * 2 ** shift;
    if (!(at + length <= count)) return undefined;
    units.fill(value, at, at + length);
    at += length;
    value = 1 - value;
  }
  units.fill(value, at);
  return units;
}

function eightToAByte(units: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(units.length / 8));
  units.forEach((unit, i) => {
    bytes[i >>> 3] |= unit << (i & 7);
  });
  return bytes;
}

function fromBytes(bytes: Uint8Array, count: number): Uint8Array | undefined {
  if (bytes.length !== Math.ceil(count / 8)) return undefined;
  return Uint8Array.from({ length: count }, (_, i) => (bytes[i >>> 3] >>> (i & 7)) & 1);
}

function toBase64(bytes: ArrayLike<number>): string {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64(text: string): Uint8Array | undefined {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return undefined;
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}
