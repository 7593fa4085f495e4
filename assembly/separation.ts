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

/**
 * The coefficients of a state from its overlaps (32 bits): c (float64), at `sums` three numbers, the sum of c, that of the b and
 * the scale of fields, and at `active` the numbers of the patterns whose c is not 0 (32 bits). Returns how many these are.
 */
export function separate(
  overlaps: usize,
  patterns: u32,
  units: i32,
  votes: usize,
  selves: usize,
  exponents: usize,
  c: usize,
  sums: usize,
  active: usize,
): u32 {
  let top = LOWEST;
  for (let mu: u32 = 0; mu < patterns; mu++) {
    const exponent = load<i32>(exponents + entryOf(overlaps, mu, units) * 4);
    if (exponent > top) top = exponent;
  }
  // Only these can be other than 0, and add to the magnitude.
  let count: u32 = 0;
  let magnitude: f64 = 0;
  for (let mu: u32 = 0; mu < patterns; mu++) {
    const k = entryOf(overlaps, mu, units);
    const less = top - load<i32>(exponents + k * 4);
    store<f64>(c + mu * 8, 0);
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
  memory.fill(out, 0, ((units + 7) & ~7) * 8);
  for (let at: u32 = 0; at < count; at++) {
    const mu = load<u32>(active + at * 4);
    const vote = v128.load64_splat(c + mu * 8);
    const bits = rows + mu * stride;
    let to = out;
    for (let byte: u32 = 0; byte < (units + 7) >> 3; byte++) {
      const word = i64x2.splat(load<u8>(bits + byte));
      v128.store(to, f64x2.add(v128.load(to), signed(vote, word, low, minus)));
      v128.store(to, f64x2.add(v128.load(to, 16), signed(vote, word, next, minus)), 16);
      v128.store(to, f64x2.add(v128.load(to, 32), signed(vote, word, third, minus)), 32);
      v128.store(to, f64x2.add(v128.load(to, 48), signed(vote, word, high, minus)), 48);
      to += 64;
    }
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
  votes: usize,
  selves: usize,
  exponents: usize,
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
    store<u32>(sums, separate(overlaps, patterns, units, votes, selves, exponents, c, sums, active), 24);
    flips++;
  }
  return flips;
}
