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
    const change = f64x2.splat(2 * flip(state, i));
    const column = columns + i * stride;
    for (let at: usize = 0; at < stride; at += 16) {
      const field = v128.load(fields + at);
      v128.store(fields + at, f64x2.add(field, f64x2.mul(change, v128.load(column + at))));
    }
    flips++;
  }
  return flips;
}
