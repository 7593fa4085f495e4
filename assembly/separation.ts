/**
 * Fields of patterns with a separation function: see SeparationDescription of src/kernels/kernels.ts. A table has the entries
 * k = 0 ... n for the overlaps 2 k - n: float64 `votes` and `selves`, and 32-bit `exponents`.
 */
import { held } from "./constants";
import { spinAt } from "./fields";
import { gridShift } from "./middle";
import { flip, fractionField, limitOf, moves } from "./walk";

/** LOWEST_EXPONENT of src/math/scaled.ts; LEAST_EXPONENT and NEGLIGIBLE of src/kernels/kernels.ts. */
const LOWEST: i32 = -(1 << 30);
const LEAST: i32 = -900;
const NEGLIGIBLE: i32 = 60;

/** Patterns in a block whose largest overlap is known. */
const BLOCK: u32 = 64;

/**
 * out[k] = the largest of the overlaps 64 k ... 64 k + 63 (32 bits), so that blocks without a large one are passed over.
 * Returns the largest of all.
 */
export function peaks(overlaps: usize, patterns: u32, out: usize): i32 {
  let largest: i32 = i32.MIN_VALUE;
  for (let first: u32 = 0; first < patterns; first += BLOCK) {
    const end = min(patterns, first + BLOCK);
    let mu = first;
    let four = i32x4.splat(i32.MIN_VALUE);
    for (; mu + 4 <= end; mu += 4) four = i32x4.max_s(four, v128.load(overlaps + mu * 4));
    four = i32x4.max_s(four, i32x4.shuffle(four, four, 2, 3, 0, 1));
    let peak = max(i32x4.extract_lane(four, 0), i32x4.extract_lane(four, 1));
    for (; mu < end; mu++) peak = max(peak, load<i32>(overlaps + mu * 4));
    store<i32>(out, peak);
    if (peak > largest) largest = peak;
    out += 4;
  }
  return largest;
}

/**
 * The largest exponent that a state with these overlaps, `largest` among them, meets in a table. `rise` holds for each entry
 * the largest exponent up to it.
 */
function topOf(overlaps: usize, largest: i32, patterns: u32, units: i32, exponents: usize, rise: usize): i32 {
  const last = ((largest + units) >> 1) * 4;
  let top = load<i32>(exponents + last);
  if (top == load<i32>(rise + last)) return top;
  for (let mu: u32 = 0; mu < patterns; mu++) {
    const exponent = load<i32>(exponents + entryOf(overlaps, mu, units) * 4);
    if (exponent > top) top = exponent;
  }
  return top;
}

/** The smallest overlap above which, itself included, a table has exponents above `limit`; those below it have none. */
function leastAbove(limit: i32, units: i32, rise: usize): i32 {
  let low: i32 = 0;
  let high = units + 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<i32>(rise + middle * 4) > limit) high = middle;
    else low = middle + 1;
  }
  return 2 * low - units;
}

/** The first pattern from `mu` on whose overlap is at least `least`, by the `peaks` of blocks; `patterns` if there is none. */
function nextAtLeast(least: i32, mu: u32, overlaps: usize, peaks: usize, patterns: u32): u32 {
  const bound = i32x4.splat(least);
  while (mu < patterns) {
    const end = min(patterns, (mu | (BLOCK - 1)) + 1);
    if (load<i32>(peaks + (mu / BLOCK) * 4) >= least) {
      for (; mu < end; mu++) {
        while (mu + 4 <= end && !v128.any_true(i32x4.ge_s(v128.load(overlaps + mu * 4), bound))) mu += 4;
        if (mu < end && load<i32>(overlaps + mu * 4) >= least) return mu;
      }
    }
    mu = end;
  }
  return patterns;
}

/**
 * The coefficients of a state from its overlaps (32 bits) and their `peaks`: c (float64), at `sums` three numbers, the sum of c,
 * that of the b and the scale of fields, and at `active` the numbers of the patterns whose c is not 0 (32 bits). Returns how many
 * these are. At first c is 0 but for the patterns of `active`, of which there are `before`.
 */
export function separate(
  overlaps: usize,
  peaks: usize,
  largest: i32,
  patterns: u32,
  units: i32,
  votes: usize,
  selves: usize,
  exponents: usize,
  rise: usize,
  c: usize,
  sums: usize,
  active: usize,
  before: u32,
): u32 {
  for (let at: u32 = 0; at < before; at++) store<f64>(c + load<u32>(active + at * 4) * 8, 0);
  const top = topOf(overlaps, largest, patterns, units, exponents, rise);
  // Only these can be other than 0, and add to the magnitude.
  let count: u32 = 0;
  let magnitude: f64 = 0;
  const least = leastAbove(top - NEGLIGIBLE - 1, units, rise);
  for (let mu: u32 = 0; ; mu++) {
    mu = nextAtLeast(least, mu, overlaps, peaks, patterns);
    if (mu >= patterns) break;
    const k = entryOf(overlaps, mu, units);
    const less = top - load<i32>(exponents + k * 4);
    if (less > NEGLIGIBLE) continue;
    const factor = power(-less);
    magnitude += abs(load<f64>(votes + k * 8) * factor);
    magnitude += abs(load<f64>(selves + k * 8) * factor);
    store<u32>(active + count * 4, mu);
    count++;
  }
  const shift = gridShift(magnitude);
  let total: f64 = 0;
  let self: f64 = 0;
  let kept: u32 = 0;
  for (let at: u32 = 0; at < count; at++) {
    const mu = load<u32>(active + at * 4);
    const k = entryOf(overlaps, mu, units);
    const factor = power(load<i32>(exponents + k * 4) - top);
    const vote = load<f64>(votes + k * 8) * factor + shift - shift;
    self += load<f64>(selves + k * 8) * factor + shift - shift;
    if (vote == 0) continue;
    total += vote;
    store<f64>(c + mu * 8, vote);
    store<u32>(active + kept * 4, mu);
    kept++;
  }
  store<f64>(sums, total);
  store<f64>(sums, self, 8);
  store<f64>(sums, power(top > LEAST ? top : LEAST), 16);
  return kept;
}

/**
 * Writes the sum of F over the overlaps of a state as a number times a power of two, float64 and 32 bits; F of the entries is
 * values 2^exponents. Terms are added in order, without those that would not change the sum: below 2^-1000 of the largest they
 * are 0. Where F is never negative (`isPositive`) the sum does not fall: terms below half a unit in its last place leave it as it
 * is from then on, and so do all terms together before one that is larger by 2^54.
 */
export function separationSum(
  overlaps: usize,
  peaks: usize,
  largest: i32,
  patterns: u32,
  units: i32,
  values: usize,
  exponents: usize,
  rise: usize,
  isPositive: bool,
  out: usize,
): void {
  const top = topOf(overlaps, largest, patterns, units, exponents, rise);
  let least = leastAbove(top - 1001, units, rise);
  let total: f64 = 0;
  let size: i32 = -2000;
  let begin: u32 = 0;
  if (isPositive && top == load<i32>(exponents + ((largest + units) >> 1) * 4)) {
    const large = leastAbove(top - 55 - (32 - <i32>clz(patterns)), units, rise);
    const first = nextAtLeast(large, 0, overlaps, peaks, patterns);
    if (load<i32>(overlaps + first * 4) == largest) begin = first;
  }
  for (let mu = begin; ; mu++) {
    mu = nextAtLeast(least, mu, overlaps, peaks, patterns);
    if (mu >= patterns) break;
    const k = entryOf(overlaps, mu, units);
    const less = top - load<i32>(exponents + k * 4);
    if (less > 1000) continue;
    total += load<f64>(values + k * 8) * power(-less);
    if (!isPositive) continue;
    const now = <i32>(reinterpret<u64>(total) >> 52) - 1023;
    if (now <= size) continue;
    size = now;
    // A term is below 2^(exponent + 1).
    least = max(least, leastAbove(top + now - 54, units, rise));
  }
  store<f64>(out, total);
  store<i32>(out, top, 8);
}

function entryOf(overlaps: usize, mu: u32, units: i32): usize {
  return (load<i32>(overlaps + mu * 4) + units) >> 1;
}

/** 2^exponent, within the range of normal numbers. */
function power(exponent: i32): f64 {
  return reinterpret<f64>((<u64>(1023 + exponent)) << 52);
}

/** out[i] = sum of c_mu xi_mu,i over the active patterns; rows of bits, `stride` bytes apart; `units` is rounded up to 8. */
export function activeVotes(
  rows: usize,
  stride: usize,
  active: usize,
  count: u32,
  c: usize,
  units: u32,
  out: usize,
): void {
  const low = held(i64x2(1, 2));
  const next = held(i64x2(4, 8));
  const third = held(i64x2(16, 32));
  const high = held(i64x2(64, 128));
  const minus = held(f64x2(-0.0, -0.0));
  for (let byte: u32 = 0; byte < (units + 7) >> 3; byte++) {
    let v0 = f64x2.splat(0);
    let v1 = f64x2.splat(0);
    let v2 = f64x2.splat(0);
    let v3 = f64x2.splat(0);
    for (let at: u32 = 0; at < count; at++) {
      const mu = load<u32>(active + at * 4);
      const vote = v128.load64_splat(c + mu * 8);
      const word = i64x2.splat(load<u8>(rows + mu * stride + byte));
      v0 = f64x2.add(v0, signed(vote, word, low, minus));
      v1 = f64x2.add(v1, signed(vote, word, next, minus));
      v2 = f64x2.add(v2, signed(vote, word, third, minus));
      v3 = f64x2.add(v3, signed(vote, word, high, minus));
    }
    v128.store(out, v0);
    v128.store(out, v1, 16);
    v128.store(out, v2, 32);
    v128.store(out, v3, 48);
    out += 64;
  }
}

/** The vote where a lane's bit is set, minus the vote where it is not. */
function signed(vote: v128, word: v128, mask: v128, minus: v128): v128 {
  return v128.xor(vote, v128.andnot(minus, i64x2.eq(v128.and(word, mask), mask)));
}

/**
 * out[i] = ((votes_i - self s_i) / divisor) scale of one state. The votes are those of `activeVotes`, or with `total` lanes u of
 * `product.ts`, 2 u - total, `width` lanes from unit to unit.
 */
export function separationFields(
  votes: usize,
  units: u32,
  width: usize,
  isProduct: bool,
  sums: usize,
  state: usize,
  divisor: f64,
  out: usize,
): void {
  const total = load<f64>(sums);
  const self = load<f64>(sums, 8);
  const scale = load<f64>(sums, 16);
  for (let i: u32 = 0; i < units; i++) {
    const number = load<f64>(votes);
    const vote = isProduct ? 2 * number - total : number;
    store<f64>(out + i * 8, ((vote - self * spinAt(state, i)) / divisor) * scale);
    votes += width * 8;
  }
}

/**
 * The field of unit i in a walk. Its coefficients are those of `separate`, with the number of active patterns after the three
 * numbers of `sums`. Few active patterns are read one by one in their rows, many together in the column of the unit.
 */
export function separationField(
  i: u32,
  state: usize,
  rows: usize,
  rowStride: usize,
  columns: usize,
  columnStride: usize,
  patterns: u32,
  c: usize,
  sums: usize,
  active: usize,
  divisor: f64,
): f64 {
  const count = load<u32>(sums, 24);
  let vote: f64 = 0;
  if (count * 16 > patterns) vote = fractionField(i, state, columns, columnStride, c, sums, patterns, 0, 1);
  else {
    for (let at: u32 = 0; at < count; at++) {
      const mu = load<u32>(active + at * 4);
      vote += load<f64>(c + mu * 8) * spinAt(rows + mu * rowStride, i);
    }
  }
  return ((vote - load<f64>(sums, 8) * spinAt(state, i)) / divisor) * load<f64>(sums, 16);
}

/** The visits of a walk; after every flip the overlaps and all coefficients are brought up to date. */
export function separationVisit(
  order: usize,
  thresholds: usize,
  noise: usize,
  count: u32,
  state: usize,
  rows: usize,
  rowStride: usize,
  columns: usize,
  columnStride: usize,
  patterns: u32,
  units: i32,
  overlaps: usize,
  overlapPeaks: usize,
  votes: usize,
  selves: usize,
  exponents: usize,
  rise: usize,
  c: usize,
  sums: usize,
  active: usize,
  divisor: f64,
): u32 {
  let flips: u32 = 0;
  for (let k: u32 = 0; k < count; k++) {
    const i = load<u32>(order + k * 4);
    const column = columns + i * columnStride;
    const field = separationField(i, state, rows, rowStride, columns, columnStride, patterns, c, sums, active, divisor);
    if (!moves(state, i, field, limitOf(thresholds, noise, i, k), 0)) continue;
    const change = 2 * flip(state, i);
    for (let mu: u32 = 0; mu < patterns; mu++) {
      const at = overlaps + mu * 4;
      store<i32>(at, load<i32>(at) + change * <i32>spinAt(column, mu));
    }
    const largest = peaks(overlaps, patterns, overlapPeaks);
    const before = load<u32>(sums, 24);
    const now = separate(
      overlaps,
      overlapPeaks,
      largest,
      patterns,
      units,
      votes,
      selves,
      exponents,
      rise,
      c,
      sums,
      active,
      before,
    );
    store<u32>(sums, now, 24);
    flips++;
  }
  return flips;
}
