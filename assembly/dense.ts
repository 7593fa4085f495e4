/** Couplings stored as a matrix of float64 on a grid: every sum is exact, in any order. */

import { spinAt } from "./fields";
import { flip, limitOf, moves } from "./walk";

/** The spins of a row of bits as float64, with zeros up to `length`. */
export function spinValues(state: usize, units: u32, length: u32, out: usize): void {
  for (let i: u32 = 0; i < units; i++) store<f64>(out + i * 8, spinAt(state, i));
  for (let i: u32 = units; i < length; i++) store<f64>(out + i * 8, 0);
}

/** out = W s. A row of W takes `stride` bytes, a multiple of 32, and is padded with zeros, as is s. */
export function denseFields(weights: usize, stride: usize, units: u32, spins: usize, out: usize): void {
  for (let i: u32 = 0; i < units; i++) {
    let even = f64x2.splat(0);
    let odd = f64x2.splat(0);
    for (let at: usize = 0; at < stride; at += 32) {
      even = f64x2.add(even, f64x2.mul(v128.load(weights + at), v128.load(spins + at)));
      odd = f64x2.add(odd, f64x2.mul(v128.load(weights + at, 16), v128.load(spins + at, 16)));
    }
    const sums = f64x2.add(even, odd);
    store<f64>(out, f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1));
    weights += stride;
    out += 8;
  }
}

/** Columns that are added in one pass over the fields, and where they are listed with their signs: in the first page. */
const TOGETHER: u32 = 4;
const LIST: usize = 64;

/** Brings W s up to date where the state at `before`, of `words` words, becomes that at `after`; see `denseVisit`. */
export function denseFlips(
  before: usize,
  after: usize,
  words: u32,
  columns: usize,
  stride: usize,
  fields: usize,
): void {
  let count: u32 = 0;
  for (let w: u32 = 0; w < words; w++) {
    const now = load<u32>(after + w * 4);
    for (let changed = now ^ load<u32>(before + w * 4); changed != 0; changed &= changed - 1) {
      const bit = ctz(changed);
      store<u32>(LIST + count * 16, columns + (w * 32 + bit) * stride);
      store<f64>(LIST + count * 16, <f64>(<i32>((now >> bit) & 1) * 4 - 2), 8);
      if (++count < TOGETHER) continue;
      addFour(stride, fields);
      count = 0;
    }
  }
  for (let k: u32 = 0; k < count; k++) {
    addColumn(load<u32>(LIST + k * 16), f64x2.splat(load<f64>(LIST + k * 16, 8)), stride, fields);
  }
}

/** fields += the columns of the list times their factors. */
function addFour(stride: usize, fields: usize): void {
  const a = load<u32>(LIST);
  const b = load<u32>(LIST, 16);
  const c = load<u32>(LIST, 32);
  const d = load<u32>(LIST, 48);
  const fa = v128.load64_splat(LIST, 8);
  const fb = v128.load64_splat(LIST, 24);
  const fc = v128.load64_splat(LIST, 40);
  const fd = v128.load64_splat(LIST, 56);
  for (let at: usize = 0; at < stride; at += 16) {
    const ab = f64x2.add(f64x2.mul(fa, v128.load(a + at)), f64x2.mul(fb, v128.load(b + at)));
    const cd = f64x2.add(f64x2.mul(fc, v128.load(c + at)), f64x2.mul(fd, v128.load(d + at)));
    v128.store(fields + at, f64x2.add(v128.load(fields + at), f64x2.add(ab, cd)));
  }
}

/** fields += change times a column. */
function addColumn(column: usize, change: v128, stride: usize, fields: usize): void {
  for (let at: usize = 0; at < stride; at += 16) {
    const field = v128.load(fields + at);
    v128.store(fields + at, f64x2.add(field, f64x2.mul(change, v128.load(column + at))));
  }
}

/**
 * Visits `count` units in turn, like `fractionVisit`. `fields` is kept at W s: a flip of unit j adds 2 s_j times column
 * j of W, which is row j of `columns`.
 */
export function denseVisit(
  order: usize,
  thresholds: usize,
  noise: usize,
  count: u32,
  state: usize,
  columns: usize,
  stride: usize,
  fields: usize,
  margin: f64,
): u32 {
  let flips = 0;
  for (let k: u32 = 0; k < count; k++) {
    const i = load<u32>(order + k * 4);
    if (!moves(state, i, load<f64>(fields + i * 8), limitOf(thresholds, noise, i, k), margin)) continue;
    addColumn(columns + i * stride, f64x2.splat(2 * flip(state, i)), stride, fields);
    flips++;
  }
  return flips;
}
