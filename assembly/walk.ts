/**
 * One-unit updates over patterns. Row i of `columns` holds the bits of unit i in all patterns, so that with the
 * coefficients c = A X s the votes of unit i are
 *
 *   sum_mu c_mu xi_mu,i = 2 (sum of c_mu over the bits that are 1) - sum_mu c_mu,
 *
 * of which the last term is kept at `total`. Numbers beyond the last pattern meet bits that are 0 and do not count.
 */
import { held } from "./constants";
import { spinAt } from "./fields";
import { multiply, roundToGrid } from "./middle";

/** Lane k selects bit k of a byte. */
const bitOfLane = i16x8(1, 2, 4, 8, 16, 32, 64, 128);

/** h_i for whole coefficients, which are 16-bit overlaps. `diagonal` is 0 for none. */
export function wholeField(
  i: u32,
  state: usize,
  columns: usize,
  stride: usize,
  c: usize,
  total: usize,
  patterns: u32,
  diagonal: usize,
  divisor: f64,
): f64 {
  return fieldOf(wholeVotes(columns + i * stride, c, total, patterns), i, state, diagonal, divisor);
}

/**
 * Visits `count` units in turn; the field of the k-th, unit i, is compared with thresholds[i] + noise[k], with 0 for no
 * noise. Returns how many changed.
 *
 * `sums` is 0, or the address of the votes on all units as they stand at the beginning, as u of `product.ts`. Reading
 * them is much cheaper than adding them up, and they can be brought up to date after a flip or two: of unit j, it adds
 * 2 s_j x_i . x_j to the votes on unit i. After too many flips they are not used any more.
 */
export function wholeVisit(
  order: usize,
  thresholds: usize,
  noise: usize,
  count: u32,
  state: usize,
  columns: usize,
  stride: usize,
  c: usize,
  total: usize,
  patterns: u32,
  diagonal: usize,
  divisor: f64,
  sums: usize,
  weight: i32,
  shift: i32,
): u32 {
  let flips: u32 = 0;
  for (let k: u32 = 0; k < count; k++) {
    const i = load<u32>(order + k * 4);
    const bits = columns + i * stride;
    let votes: i32;
    if (sums != 0 && flips <= FLIPS) {
      votes = (2 * load<i32>(sums + i * 4) - weight) << shift;
      for (let f: u32 = 0; f < flips; f++) votes += changeSince(f, bits, columns, stride, patterns);
    } else votes = wholeVotes(bits, c, total, patterns);
    const field = fieldOf(votes, i, state, diagonal, divisor);
    if (!moves(state, i, field, limitOf(thresholds, noise, i, k), 0)) continue;
    const spin = flip(state, i);
    if (flips < FLIPS) {
      store<u32>(LIST + flips * 8, i);
      store<i32>(LIST + flips * 8, spin, 4);
    }
    wholeFlip(spin, bits, c, total, patterns);
    flips++;
  }
  return flips;
}

/** The flips that votes may be corrected for, and where they are listed: in the first page, which is free meanwhile. */
const FLIPS: u32 = 6;
const LIST: usize = 64;

/** What flip number f has added to the votes on the unit with these bits. */
function changeSince(f: u32, bits: usize, columns: usize, stride: usize, patterns: i32): i32 {
  const other = columns + load<u32>(LIST + f * 8) * stride;
  let differing: i64 = 0;
  for (let at: usize = 0; at < stride; at += 16) {
    differing += popcnt<i64>(load<i64>(bits + at) ^ load<i64>(other + at));
    differing += popcnt<i64>(load<i64>(bits + at, 8) ^ load<i64>(other + at, 8));
  }
  return 2 * load<i32>(LIST + f * 8, 4) * (patterns - 2 * <i32>differing);
}

function fieldOf(votes: i32, i: u32, state: usize, diagonal: usize, divisor: f64): f64 {
  let field = <f64>votes;
  if (diagonal != 0) field -= load<f64>(diagonal + i * 8) * spinAt(state, i);
  return field / divisor;
}

/**
 * The votes by whole coefficients, eight for every byte of `bits`. Where a bit is 1 the comparison gives -1, so that the
 * products are those of -c. The bytes come in fours, as rows of bits do.
 */
function wholeVotes(bits: usize, c: usize, total: usize, patterns: u32): i32 {
  const mask = held(bitOfLane);
  let even = i32x4.splat(0);
  let odd = i32x4.splat(0);
  for (const end = bits + ((patterns + 7) >> 3); bits < end; bits += 4) {
    const on0 = i16x8.eq(v128.and(v128.load8_splat(bits), mask), mask);
    const on1 = i16x8.eq(v128.and(v128.load8_splat(bits, 1), mask), mask);
    const on2 = i16x8.eq(v128.and(v128.load8_splat(bits, 2), mask), mask);
    const on3 = i16x8.eq(v128.and(v128.load8_splat(bits, 3), mask), mask);
    even = i32x4.sub(even, i32x4.dot_i16x8_s(v128.load(c), on0));
    odd = i32x4.sub(odd, i32x4.dot_i16x8_s(v128.load(c, 16), on1));
    even = i32x4.sub(even, i32x4.dot_i16x8_s(v128.load(c, 32), on2));
    odd = i32x4.sub(odd, i32x4.dot_i16x8_s(v128.load(c, 48), on3));
    c += 64;
  }
  const sums = i32x4.add(even, odd);
  const on =
    i32x4.extract_lane(sums, 0) +
    i32x4.extract_lane(sums, 1) +
    i32x4.extract_lane(sums, 2) +
    i32x4.extract_lane(sums, 3);
  return 2 * on - load<i32>(total);
}

/** c += 2 s_j x_j */
function wholeFlip(spin: i32, bits: usize, c: usize, total: usize, patterns: u32): void {
  const mask = held(bitOfLane);
  const two = i16x8.splat(2);
  const sign = i16x8.splat(<i16>spin);
  const bytes = (patterns + 7) >> 3;
  let ones = 0;
  for (let g: u32 = 0; g < bytes; g++) {
    const on = i16x8.eq(v128.and(v128.load8_splat(bits + g), mask), mask);
    // -2 where the bit is 1, 2 where it is 0.
    const change = i16x8.add(two, i16x8.shl(on, 2));
    v128.store(c + g * 16, i16x8.sub(v128.load(c + g * 16), i16x8.mul(change, sign)));
    ones += popcnt<u32>(load<u8>(bits + g));
  }
  store<i32>(total, load<i32>(total) + 2 * spin * (2 * ones - patterns));
}

/** h_i for float64 coefficients on a grid. */
export function fractionField(
  i: u32,
  state: usize,
  columns: usize,
  stride: usize,
  c: usize,
  total: usize,
  patterns: u32,
  diagonal: usize,
  divisor: f64,
): f64 {
  const mask = held(i64x2(1, 2));
  const bits = columns + i * stride;
  let sum0 = f64x2.splat(0);
  let sum1 = f64x2.splat(0);
  // c has room for a multiple of 16 numbers.
  for (let mu: u32 = 0; mu < patterns; mu += 16) {
    let word = i64x2.splat(<i64>load<u16>(bits + (mu >> 3)));
    const end = c + (mu + 16) * 8;
    for (let at = c + mu * 8; at < end; at += 32) {
      sum0 = f64x2.add(sum0, v128.and(v128.load(at), i64x2.eq(v128.and(word, mask), mask)));
      word = i64x2.shr_u(word, 2);
      sum1 = f64x2.add(sum1, v128.and(v128.load(at, 16), i64x2.eq(v128.and(word, mask), mask)));
      word = i64x2.shr_u(word, 2);
    }
  }
  const sums = f64x2.add(sum0, sum1);
  let votes = 2 * (f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1)) - load<f64>(total);
  if (diagonal != 0) votes -= load<f64>(diagonal + i * 8) * spinAt(state, i);
  return votes / divisor;
}

/**
 * The visits for float64 coefficients. With `middle` (0 for none) they are A X s, rounded to their grid after every
 * flip; without, the overlaps. `work` has room for two vectors like c; fields within `margin` of a limit keep a unit.
 */
export function fractionVisit(
  order: usize,
  thresholds: usize,
  noise: usize,
  count: u32,
  state: usize,
  columns: usize,
  stride: usize,
  c: usize,
  total: usize,
  patterns: u32,
  diagonal: usize,
  divisor: f64,
  middle: usize,
  middleStride: usize,
  work: usize,
  margin: f64,
): u32 {
  let flips = 0;
  for (let k: u32 = 0; k < count; k++) {
    const i = load<u32>(order + k * 4);
    const field = fractionField(i, state, columns, stride, c, total, patterns, diagonal, divisor);
    if (!moves(state, i, field, limitOf(thresholds, noise, i, k), margin)) continue;
    const spin = <f64>flip(state, i);
    let change = work;
    for (let mu: u32 = 0; mu < patterns; mu++) store<f64>(work + mu * 8, spinAt(columns + i * stride, mu));
    if (middle != 0) {
      change = work + middleStride;
      multiply(middle, middleStride, patterns, work, change);
    }
    for (let mu: u32 = 0; mu < patterns; mu++) {
      store<f64>(c + mu * 8, load<f64>(c + mu * 8) + 2 * spin * load<f64>(change + mu * 8));
    }
    if (middle != 0) roundToGrid(c, patterns);
    sumUp(c, patterns, total);
    flips++;
  }
  return flips;
}

/** total = sum_mu c_mu */
function sumUp(c: usize, count: u32, total: usize): void {
  let sum: f64 = 0;
  for (let mu: u32 = 0; mu < count; mu++) sum += load<f64>(c + mu * 8);
  store<f64>(total, sum);
}

/** What the field of the k-th unit that is visited, unit i, is compared with. */
export function limitOf(thresholds: usize, noise: usize, i: u32, k: u32): f64 {
  const threshold = load<f64>(thresholds + i * 8);
  return noise == 0 ? threshold : threshold + load<f64>(noise + k * 8);
}

/** Whether a unit with this field changes its state. */
export function moves(state: usize, i: u32, field: f64, limit: f64, margin: f64): bool {
  if (field == limit || abs(field - limit) < margin) return false;
  return field > limit != spinAt(state, i) > 0;
}

/** Flips unit i and returns its new spin. */
export function flip(state: usize, i: u32): i32 {
  const at = state + (i >> 3);
  const byte = <u32>load<u8>(at) ^ (1 << (i & 7));
  store<u8>(at, <u8>byte);
  return ((byte >> (i & 7)) & 1) * 2 - 1;
}
