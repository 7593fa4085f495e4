/** Means and draws of layers of two-state units. */
import { CONSTANTS, sigmoids } from "./workspace-elements";
import { blocks, KEYS_BYTES, prepareKeys, WORDS_BYTES } from "./workspace-philox";

/** Units that are drawn at a time. */
const UNITS: u32 = 512;

/** Where things lie in the scratch of a thread: constants, the keys of Philox, random words, and the means of those units. */
const KEYS: usize = CONSTANTS;
const WORDS: usize = KEYS + KEYS_BYTES;
const MEANS: usize = WORDS + WORDS_BYTES;

/** means = sigmoid(slope * inputs) for the quadruples `from` to `to` of `count` numbers. */
export function drawMeans(
  from: u32,
  to: u32,
  scratch: usize,
  count: u32,
  inputs: usize,
  slope: f32,
  means: usize,
): void {
  const whole = min(to, count >> 2);
  sigmoids(inputs + from * 16, whole - from, slope, scratch, means + from * 16);
  if (whole == to) return;
  sigmoids(inputs + whole * 16, 1, slope, scratch, scratch + MEANS);
  memory.copy(means + whole * 16, scratch + MEANS, (count & 3) * 4);
}

/** Draws the rows `from` to `to` of the states, `stride` bytes per row, and writes the means unless they are 0. */
export function drawStates(
  from: u32,
  to: u32,
  scratch: usize,
  columns: u32,
  inputs: usize,
  slope: f32,
  means: usize,
  words: usize,
  stride: usize,
  key: usize,
  stepLow: u32,
  stepHigh: u32,
  chains: usize,
): void {
  prepareKeys(key, scratch + KEYS);
  for (let r = from; r < to; r++) {
    memory.fill(words + r * stride, 0, stride);
    const chain = load<u32>(chains + r * 4);
    for (let first: u32 = 0; first < columns; first += UNITS) {
      const units = min(UNITS, columns - first);
      const at = (<usize>r * columns + first) * 4;
      sigmoids(inputs + at, (units + 3) >> 2, slope, scratch, scratch + MEANS);
      if (means != 0) memory.copy(means + at, scratch + MEANS, units * 4);
      for (let j: u32 = 0; j < units; j += 16) {
        blocks((first + j) >> 2, stepLow, stepHigh, chain, scratch + KEYS, scratch + WORDS);
        let bits = compare(scratch + WORDS, scratch + MEANS + j * 4);
        if (units - j < 16) bits &= (1 << (units - j)) - 1;
        store<u16>(words + r * stride + ((first + j) >> 3), <u16>bits);
      }
    }
  }
}

/** A bit for each of sixteen means, from four blocks of random words, that exceeds its random number. */
function compare(words: usize, means: usize): u32 {
  const x0 = v128.load(words);
  const x1 = v128.load(words, 16);
  const x2 = v128.load(words, 32);
  const x3 = v128.load(words, 48);
  // From word after word of four blocks to block after block.
  const a = i32x4.shuffle(x0, x1, 0, 4, 1, 5);
  const b = i32x4.shuffle(x2, x3, 0, 4, 1, 5);
  const c = i32x4.shuffle(x0, x1, 2, 6, 3, 7);
  const d = i32x4.shuffle(x2, x3, 2, 6, 3, 7);
  return (
    exceed(v128.load(means), i64x2.shuffle(a, b, 0, 2)) |
    (exceed(v128.load(means, 16), i64x2.shuffle(a, b, 1, 3)) << 4) |
    (exceed(v128.load(means, 32), i64x2.shuffle(c, d, 0, 2)) << 8) |
    (exceed(v128.load(means, 48), i64x2.shuffle(c, d, 1, 3)) << 12)
  );
}

/** Bits of the means that exceed 2^-24 times the upper 24 bits of the words. */
function exceed(means: v128, words: v128): u32 {
  const uniforms = f32x4.mul(f32x4.convert_i32x4_u(i32x4.shr_u(words, 8)), f32x4.splat(5.960464477539063e-8));
  return i32x4.bitmask(f32x4.lt(uniforms, means));
}
