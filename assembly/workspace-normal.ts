/** Means and draws of layers of units that are normal given their inputs. */
import { blocks, KEYS_BYTES, prepareKeys, WORDS_BYTES } from "./workspace-philox";

/** Where things lie in the scratch of a thread: the keys of Philox, random words, and sixteen normal numbers. */
const WORDS: usize = KEYS_BYTES;
const NORMALS: usize = WORDS + WORDS_BYTES;

/**
 * The rows `from` to `to` of means = offset + gain inputs and of states = means + scale deviation times normal numbers; each
 * is written unless it is 0.
 */
export function drawNormals(
  from: u32,
  to: u32,
  scratch: usize,
  columns: u32,
  inputs: usize,
  offset: usize,
  gain: usize,
  deviation: usize,
  scale: f32,
  means: usize,
  states: usize,
  key: usize,
  stepLow: u32,
  stepHigh: u32,
  chains: usize,
): void {
  if (states != 0) prepareKeys(key, scratch);
  for (let r = from; r < to; r++) {
    const row: usize = <usize>r * columns * 4;
    for (let j: u32 = 0; j < columns; j += 16) {
      const at = row + j * 4;
      const units = min(16, columns - j);
      if (means != 0) place(units, inputs + at, offset + j * 4, gain + j * 4, 0, 0, 0, means + at);
      if (states == 0) continue;
      blocks(j >> 2, stepLow, stepHigh, load<u32>(chains + r * 4), scratch, scratch + WORDS);
      normals(scratch + WORDS, scratch + NORMALS);
      place(units, inputs + at, offset + j * 4, gain + j * 4, deviation + j * 4, scale, scratch + NORMALS, states + at);
    }
  }
}

/** out = offset + gain input, plus scale deviation times the numbers at `normals` unless that is 0. */
function place(
  units: u32,
  inputs: usize,
  offset: usize,
  gain: usize,
  deviation: usize,
  scale: f32,
  normals: usize,
  out: usize,
): void {
  const s = f32x4.splat(scale);
  for (let at: usize = 0; at < units * 4; at += 16) {
    let value = f32x4.add(v128.load(offset + at), f32x4.mul(v128.load(gain + at), v128.load(inputs + at)));
    if (normals != 0) {
      const noise = f32x4.mul(f32x4.mul(s, v128.load(deviation + at)), v128.load(normals + at));
      value = f32x4.add(value, noise);
    }
    if (units * 4 - at >= 16) {
      v128.store(out + at, value);
    } else {
      const left = units & 3;
      store<f32>(out + at, f32x4.extract_lane(value, 0));
      if (left > 1) store<f32>(out + at, f32x4.extract_lane(value, 1), 4);
      if (left > 2) store<f32>(out + at, f32x4.extract_lane(value, 2), 8);
    }
  }
}

/** Sixteen normal numbers of four blocks of words, unit after unit: `normalPair` of src/kernels/workspace-functions.ts. */
function normals(words: usize, out: usize): void {
  pairs(v128.load(words), v128.load(words, 16), words);
  pairs(v128.load(words, 32), v128.load(words, 48), words + 32);
  const a = v128.load(words);
  const b = v128.load(words, 16);
  const c = v128.load(words, 32);
  const d = v128.load(words, 48);
  const abLow = i32x4.shuffle(a, b, 0, 4, 1, 5);
  const cdLow = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const abHigh = i32x4.shuffle(a, b, 2, 6, 3, 7);
  const cdHigh = i32x4.shuffle(c, d, 2, 6, 3, 7);
  v128.store(out, i64x2.shuffle(abLow, cdLow, 0, 2));
  v128.store(out, i64x2.shuffle(abLow, cdLow, 1, 3), 16);
  v128.store(out, i64x2.shuffle(abHigh, cdHigh, 0, 2), 32);
  v128.store(out, i64x2.shuffle(abHigh, cdHigh, 1, 3), 48);
}

/** Four pairs of normal numbers: the first ones go to `out`, the second ones after them. */
function pairs(a: v128, b: v128, out: usize): void {
  const u = f32x4.mul(f32x4.add(f32x4.convert_i32x4_u(a), f32x4.splat(0.5)), f32x4.splat(2.3283064365386963e-10));
  const radius = f32x4.sqrt(f32x4.mul(f32x4.splat(-2), logOfFraction(u)));
  const v = f32x4.mul(f32x4.convert_i32x4_u(i32x4.shr_u(b, 8)), f32x4.splat(5.960464477539063e-8));
  // The last bits of the sum are those of the whole number q.
  const sum = f32x4.add(f32x4.mul(f32x4.splat(4), v), f32x4.splat(12582912));
  const q = f32x4.sub(sum, f32x4.splat(12582912));
  const f = f32x4.sub(v, f32x4.mul(f32x4.splat(0.25), q));
  const y = f32x4.mul(f, f);
  let p = f32x4.add(f32x4.mul(f32x4.splat(-75.24006422), y), f32x4.splat(81.58812464));
  p = f32x4.add(f32x4.mul(p, y), f32x4.splat(-41.34162804));
  p = f32x4.add(f32x4.mul(p, y), f32x4.splat(6.28318522));
  const sin = f32x4.mul(f, p);
  p = f32x4.add(f32x4.mul(f32x4.splat(-83.66592119), y), f32x4.splat(64.92322865));
  p = f32x4.add(f32x4.mul(p, y), f32x4.splat(-19.73916726));
  const cos = f32x4.add(f32x4.splat(1), f32x4.mul(p, y));
  const odd = i32x4.neg(v128.and(sum, i32x4.splat(1)));
  const signs = i32x4.splat(0x80000000);
  const x = v128.bitselect(sin, cos, odd);
  const z = v128.bitselect(cos, sin, odd);
  const flipped = v128.and(i32x4.shl(i32x4.add(sum, i32x4.splat(1)), 30), signs);
  const upside = v128.and(i32x4.shl(sum, 30), signs);
  v128.store(out, f32x4.mul(radius, v128.xor(x, flipped)));
  v128.store(out, f32x4.mul(radius, v128.xor(z, upside)), 16);
}

function logOfFraction(u: v128): v128 {
  const k = i32x4.shr_s(i32x4.sub(u, i32x4.splat(0x3f3504f3)), 23);
  const m = i32x4.sub(u, i32x4.shl(k, 23));
  const f = f32x4.sub(m, f32x4.splat(1));
  const s = f32x4.div(f, f32x4.add(f32x4.splat(2), f));
  const z = f32x4.mul(s, s);
  let p = f32x4.add(f32x4.mul(f32x4.splat(0.14935864), z), f32x4.splat(0.19988771));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.33333388));
  const s2 = f32x4.add(s, s);
  const part = f32x4.add(s2, f32x4.mul(s2, f32x4.mul(z, p)));
  return f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(k), f32x4.splat(0.6931471805599453)), part);
}
