/** Means and draws of layers of two-state units. */
import { prepareSigmoid, SIGMOID_CONSTANTS, sigmoid } from "./workspace-functions";

/** Where things lie in the scratch of a thread: the constants of `sigmoid`, random numbers, means of a few units. */
const UNIFORM: usize = SIGMOID_CONSTANTS;
const MEANS: usize = UNIFORM + 128;

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
  prepareSigmoid(scratch);
  const s = f32x4.splat(slope);
  const whole = min(to, count >> 2);
  for (let q = from; q < whole; q++) {
    v128.store(means + q * 16, sigmoid(f32x4.mul(s, v128.load(inputs + q * 16)), scratch));
  }
  if (whole == to) return;
  v128.store(scratch + MEANS, sigmoid(f32x4.mul(s, v128.load(inputs + whole * 16)), scratch));
  memory.copy(means + whole * 16, scratch + MEANS, (count & 3) * 4);
}

/** Draws the rows `from` to `to` of the states, `stride` bytes a row, and writes the means unless they are 0. */
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
  prepareSigmoid(scratch);
  const s = f32x4.splat(slope);
  const key0 = load<u32>(key);
  const key1 = load<u32>(key, 4);
  for (let r = from; r < to; r++) {
    const row = words + r * stride;
    const used: usize = ((columns + 31) >> 5) * 4;
    memory.fill(row + used, 0, stride - used);
    const chain = load<u32>(chains + r * 4);
    let input = inputs + <usize>r * columns * 4;
    let mean = means + <usize>r * columns * 4;
    for (let j: u32 = 0; j < columns; j += 16) {
      uniforms(j >> 2, stepLow, stepHigh, chain, key0, key1, scratch + UNIFORM);
      const lanes = min(16, columns - j);
      const p0 = sigmoid(f32x4.mul(s, v128.load(input)), scratch);
      const p1 = sigmoid(f32x4.mul(s, v128.load(input, 16)), scratch);
      const p2 = sigmoid(f32x4.mul(s, v128.load(input, 32)), scratch);
      const p3 = sigmoid(f32x4.mul(s, v128.load(input, 48)), scratch);
      let bits =
        i32x4.bitmask(f32x4.lt(v128.load(scratch, UNIFORM), p0)) |
        (i32x4.bitmask(f32x4.lt(v128.load(scratch, UNIFORM + 16), p1)) << 4) |
        (i32x4.bitmask(f32x4.lt(v128.load(scratch, UNIFORM + 32), p2)) << 8) |
        (i32x4.bitmask(f32x4.lt(v128.load(scratch, UNIFORM + 48), p3)) << 12);
      if (lanes < 16) bits &= (1 << lanes) - 1;
      if ((j & 16) == 0) store<u32>(row + (j >> 3), bits);
      else store<u16>(row + (j >> 3), <u16>bits);
      if (means != 0) {
        const to = lanes == 16 ? mean : scratch + MEANS;
        v128.store(to, p0);
        v128.store(to, p1, 16);
        v128.store(to, p2, 32);
        v128.store(to, p3, 48);
        if (lanes < 16) memory.copy(mean, to, lanes * 4);
        mean += 64;
      }
      input += 64;
    }
  }
}

/** Four Philox blocks at once, from `block` on: sixteen numbers on [0, 1), multiples of 2^-24. */
function uniforms(
  block: u32,
  stepLow: u32,
  stepHigh: u32,
  chain: u32,
  key0: u32,
  key1: u32,
  out: usize,
): void {
  const m0 = i32x4.splat(0xd2511f53);
  const m1 = i32x4.splat(0xcd9e8d57);
  let x0 = i32x4.add(i32x4.splat(block), i32x4(0, 1, 2, 3));
  let x1 = i32x4.splat(stepLow);
  let x2 = i32x4.splat(stepHigh);
  let x3 = i32x4.splat(chain);
  for (let round = 0; round < 10; round++) {
    const low0 = i64x2.extmul_low_i32x4_u(x0, m0);
    const high0 = i64x2.extmul_high_i32x4_u(x0, m0);
    const low1 = i64x2.extmul_low_i32x4_u(x2, m1);
    const high1 = i64x2.extmul_high_i32x4_u(x2, m1);
    x0 = v128.xor(v128.xor(i32x4.shuffle(low1, high1, 1, 3, 5, 7), x1), i32x4.splat(key0));
    x2 = v128.xor(v128.xor(i32x4.shuffle(low0, high0, 1, 3, 5, 7), x3), i32x4.splat(key1));
    x1 = i32x4.shuffle(low1, high1, 0, 2, 4, 6);
    x3 = i32x4.shuffle(low0, high0, 0, 2, 4, 6);
    key0 += 0x9e3779b9;
    key1 += 0xbb67ae85;
  }
  // From word after word of four blocks to block after block.
  const a = i32x4.shuffle(x0, x1, 0, 4, 1, 5);
  const b = i32x4.shuffle(x2, x3, 0, 4, 1, 5);
  const c = i32x4.shuffle(x0, x1, 2, 6, 3, 7);
  const d = i32x4.shuffle(x2, x3, 2, 6, 3, 7);
  v128.store(out, uniform(i64x2.shuffle(a, b, 0, 2)));
  v128.store(out, uniform(i64x2.shuffle(a, b, 1, 3)), 16);
  v128.store(out, uniform(i64x2.shuffle(c, d, 0, 2)), 32);
  v128.store(out, uniform(i64x2.shuffle(c, d, 1, 3)), 48);
}

// @ts-ignore: decorator
@inline
function uniform(words: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_u(i32x4.shr_u(words, 8)), f32x4.splat(5.960464477539063e-8));
}
