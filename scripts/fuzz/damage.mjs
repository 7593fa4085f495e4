/*
 * Seeded damage: what disks, transfers and forgers do to the bytes of a file.
 */

/** A small generator (Steele, Lea and Flood, Fast splittable pseudorandom number generators, 2014, in 32 bits). */
export class Dice {
  #state;

  /** @param {...number} seeds */
  constructor(...seeds) {
    this.#state = 0x9e3779b9;
    for (const seed of seeds) this.#state = mix(this.#state ^ (seed >>> 0)) ^ mix(Math.floor(seed / 2 ** 32) >>> 0);
  }

  /** A whole number below n. */
  below(n) {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    return Math.floor((mix(this.#state) / 2 ** 32) * n);
  }

  /** A number from 1 to n, small ones as often as large ones. */
  upTo(n) {
    const bits = Math.ceil(Math.log2(n + 1));
    return 1 + this.below(Math.min(n, 2 ** (1 + this.below(Math.max(1, bits)))));
  }

  /** @template T @param {readonly T[]} list @returns {T} */
  of(list) {
    return list[this.below(list.length)];
  }
}

function mix(z) {
  let x = z | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Numbers at the edges of what fields hold. */
export const extremes = [
  0,
  1,
  2,
  7,
  127,
  128,
  255,
  256,
  32767,
  65535,
  65536,
  2 ** 20,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
];

/** Numbers at the edges, as texts of JSON and others. */
export const numberTexts = [
  ...[
    "0",
    "-0",
    "-1",
    "1",
    "2",
    "3.5",
    "1e-320",
    "1e6",
    "1e9",
    "4294967295",
    "4294967296",
    "9007199254740993",
    "1e300",
  ],
  ...["1e400", "-1e308", "NaN", "null", "[]", "{}", '""', "true", "99999999999999999999", "0x10", "1e", "١"],
];

/** A text of which a number became another; undefined if it holds none. */
export function withOtherNumber(text, dice) {
  const numbers = [...text.matchAll(/-?\d+(\.\d+)?(e[+-]?\d+)?/g)];
  if (numbers.length === 0) return undefined;
  const { 0: found, index } = dice.of(numbers);
  return text.slice(0, index) + dice.of(numberTexts) + text.slice(index + found.length);
}

/** A place of the bytes, often near the beginning or the end, where headers are. */
function place(dice, length) {
  const near = Math.min(length, 96);
  switch (dice.below(4)) {
    case 0:
      return dice.below(Math.max(1, near));
    case 1:
      return length - 1 - dice.below(Math.max(1, near));
    default:
      return dice.below(Math.max(1, length));
  }
}

function range(dice, length) {
  const at = place(dice, length);
  return [at, Math.min(length, at + dice.upTo(Math.max(1, length >> dice.below(6))))];
}

const join = (...parts) => Uint8Array.from(Buffer.concat(parts));

/** Ways to damage bytes; `other` is another file of the same format. */
export const damages = {
  flips(bytes, dice) {
    const count = dice.upTo(8);
    for (let k = 0; k < count; k++) bytes[place(dice, bytes.length)] ^= 1 << dice.below(8);
    return bytes;
  },
  flip(bytes, dice) {
    bytes[dice.below(bytes.length)] ^= 1 << dice.below(8);
    return bytes;
  },
  noise(bytes, dice) {
    const [from, to] = range(dice, bytes.length);
    for (let at = from; at < to; at++) bytes[at] = dice.below(256);
    return bytes;
  },
  fill(bytes, dice) {
    const [from, to] = range(dice, bytes.length);
    return bytes.fill(dice.of([0, 0xff, 0x20, 0x22, 0x5b, 0x7b]), from, to);
  },
  cut: (bytes, dice) => bytes.slice(0, place(dice, bytes.length)),
  longer: (bytes, dice) =>
    join(
      bytes,
      Uint8Array.from({ length: dice.upTo(64) }, () => dice.below(256)),
    ),
  remove(bytes, dice) {
    const [from, to] = range(dice, bytes.length);
    return join(bytes.subarray(0, from), bytes.subarray(to));
  },
  repeat(bytes, dice) {
    const [from, to] = range(dice, bytes.length);
    return join(bytes.subarray(0, to), bytes.subarray(from));
  },
  insert(bytes, dice) {
    const at = place(dice, bytes.length);
    const added = Uint8Array.from({ length: dice.upTo(32) }, () => dice.below(256));
    return join(bytes.subarray(0, at), added, bytes.subarray(at));
  },
  move(bytes, dice) {
    const [from, to] = range(dice, bytes.length);
    const rest = join(bytes.subarray(0, from), bytes.subarray(to));
    const at = place(dice, rest.length);
    return join(rest.subarray(0, at), bytes.subarray(from, to), rest.subarray(at));
  },
  number(bytes, dice) {
    const width = dice.of([1, 2, 4, 8].filter((size) => size <= bytes.length));
    const at = Math.min(place(dice, bytes.length), bytes.length - width);
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, width);
    const value = dice.of(extremes);
    const little = dice.below(2) === 0;
    if (width === 1) view.setUint8(0, value);
    else if (width === 2) view.setUint16(0, value, little);
    else if (width === 4) view.setUint32(0, value, little);
    else if (dice.below(2) === 0)
      view.setFloat64(0, dice.of([Number.NaN, Number.POSITIVE_INFINITY, 1e308, -1e308, 5e-324, -0]), little);
    else view.setBigUint64(0, BigInt(value) << BigInt(dice.below(33)), little);
    return bytes;
  },
  digits(bytes, dice) {
    const text = withOtherNumber(Buffer.from(bytes).toString("latin1"), dice);
    return text === undefined ? damages.flip(bytes, dice) : Uint8Array.from(Buffer.from(text, "latin1"));
  },
  splice(bytes, dice, other) {
    const at = place(dice, bytes.length);
    const from = dice.below(2) === 0 ? Math.min(at, other.length) : place(dice, other.length);
    return join(bytes.subarray(0, at), other.subarray(from));
  },
  patch(bytes, dice, other) {
    const [from, to] = range(dice, Math.min(bytes.length, other.length));
    bytes.set(other.subarray(from, to), from);
    return bytes;
  },
};

const names = Object.keys(damages);

/** A damaged copy of bytes, by one way or by several. */
export function damage(sound, dice, other = sound) {
  let bytes = Uint8Array.from(sound);
  const times = dice.below(8) === 0 ? 2 + dice.below(3) : 1;
  for (let k = 0; k < times && bytes.length > 0; k++) bytes = damages[dice.of(names)](bytes, dice, other);
  return bytes;
}
