/** Operations of workspaces that combine two arrays, and those on the rows of a matrix. */
import { CONSTANTS, Lanes, prepareElements } from "./workspace-elements";

const ADD: u32 = 0;
const SUBTRACT: u32 = 1;

/**
 * Where things lie in the scratch of a thread, behind the constants: four ones and four zeros as masks, sixteen sums, and
 * the sums and largest numbers of four rows.
 */
const MASKS: usize = CONSTANTS;
const SUMS: usize = MASKS + 32;
const TOTALS: usize = SUMS + 64;
const LARGEST: usize = TOTALS + 16;

/** out = a + b, a - b or a b for the quadruples `from` to `to` of `count` numbers; with `isOne`, b is one number. */
export function combineArrays(
  from: u32,
  to: u32,
  scratch: usize,
  count: u32,
  operation: u32,
  a: usize,
  b: usize,
  isOne: u32,
  out: usize,
): void {
  const first: usize = from * 16;
  const numbers = min(to * 4, count) - from * 4;
  if (isOne) combineNumber(operation, numbers, a + first, load<f32>(b), out + first);
  else combineArray(operation, numbers, a + first, b + first, out + first);
}

/** The same for the rows `from` to `to`; b has a number for each column, or with `perRow` one for each row. */
export function combineRows(
  from: u32,
  to: u32,
  scratch: usize,
  columns: u32,
  operation: u32,
  a: usize,
  b: usize,
  perRow: u32,
  out: usize,
): void {
  const step: usize = columns * 4;
  for (let r = from; r < to; r++) {
    const at = <usize>r * step;
    if (perRow) combineNumber(operation, columns, a + at, load<f32>(b + r * 4), out + at);
    else combineArray(operation, columns, a + at, b, out + at);
  }
}

function combineArray(operation: u32, count: u32, a: usize, b: usize, out: usize): void {
  const end = a + <usize>count * 4;
  for (; a + 64 <= end; a += 64, b += 64, out += 64) {
    const x0 = v128.load(a);
    const x1 = v128.load(a, 16);
    const x2 = v128.load(a, 32);
    const x3 = v128.load(a, 48);
    if (operation == ADD) {
      v128.store(out, f32x4.add(x0, v128.load(b)));
      v128.store(out, f32x4.add(x1, v128.load(b, 16)), 16);
      v128.store(out, f32x4.add(x2, v128.load(b, 32)), 32);
      v128.store(out, f32x4.add(x3, v128.load(b, 48)), 48);
    } else if (operation == SUBTRACT) {
      v128.store(out, f32x4.sub(x0, v128.load(b)));
      v128.store(out, f32x4.sub(x1, v128.load(b, 16)), 16);
      v128.store(out, f32x4.sub(x2, v128.load(b, 32)), 32);
      v128.store(out, f32x4.sub(x3, v128.load(b, 48)), 48);
    } else {
      v128.store(out, f32x4.mul(x0, v128.load(b)));
      v128.store(out, f32x4.mul(x1, v128.load(b, 16)), 16);
      v128.store(out, f32x4.mul(x2, v128.load(b, 32)), 32);
      v128.store(out, f32x4.mul(x3, v128.load(b, 48)), 48);
    }
  }
  for (; a + 16 <= end; a += 16, b += 16, out += 16) {
    v128.store(out, combined(operation, v128.load(a), v128.load(b)));
  }
  if (a < end) storeSome(out, combined(operation, v128.load(a), v128.load(b)), <u32>(end - a) >> 2);
}

function combineNumber(operation: u32, count: u32, a: usize, b: f32, out: usize): void {
  const y = f32x4.splat(b);
  const end = a + <usize>count * 4;
  for (; a + 64 <= end; a += 64, out += 64) {
    const x0 = v128.load(a);
    const x1 = v128.load(a, 16);
    const x2 = v128.load(a, 32);
    const x3 = v128.load(a, 48);
    if (operation == ADD) {
      v128.store(out, f32x4.add(x0, y));
      v128.store(out, f32x4.add(x1, y), 16);
      v128.store(out, f32x4.add(x2, y), 32);
      v128.store(out, f32x4.add(x3, y), 48);
    } else if (operation == SUBTRACT) {
      v128.store(out, f32x4.sub(x0, y));
      v128.store(out, f32x4.sub(x1, y), 16);
      v128.store(out, f32x4.sub(x2, y), 32);
      v128.store(out, f32x4.sub(x3, y), 48);
    } else {
      v128.store(out, f32x4.mul(x0, y));
      v128.store(out, f32x4.mul(x1, y), 16);
      v128.store(out, f32x4.mul(x2, y), 32);
      v128.store(out, f32x4.mul(x3, y), 48);
    }
  }
  for (; a + 16 <= end; a += 16, out += 16) v128.store(out, combined(operation, v128.load(a), y));
  if (a < end) storeSome(out, combined(operation, v128.load(a), y), <u32>(end - a) >> 2);
}

function combined(operation: u32, x: v128, y: v128): v128 {
  if (operation == ADD) return f32x4.add(x, y);
  return operation == SUBTRACT ? f32x4.sub(x, y) : f32x4.mul(x, y);
}

/** The first `count` lanes, fewer than four, go to memory. */
export function storeSome(at: usize, x: v128, count: u32): void {
  store<f32>(at, f32x4.extract_lane(x, 0));
  if (count > 1) store<f32>(at, f32x4.extract_lane(x, 1), 4);
  if (count > 2) store<f32>(at, f32x4.extract_lane(x, 2), 8);
}

/** The sum of sixteen sums, in pairs. */
function total(c0: v128, c1: v128, c2: v128, c3: v128): f32 {
  const four = f32x4.add(f32x4.add(c0, c2), f32x4.add(c1, c3));
  const two = f32x4.add(four, i32x4.shuffle(four, four, 2, 3, 2, 3));
  return f32x4.extract_lane(two, 0) + f32x4.extract_lane(two, 1);
}

/** Lane k of the mask is all ones for k < count, and else 0. */
function prepareMasks(scratch: usize): void {
  v128.store(scratch, i32x4.splat(-1), MASKS);
  v128.store(scratch, i32x4.splat(0), MASKS + 16);
}

function mask(scratch: usize, count: u32): v128 {
  return v128.load(scratch + MASKS + (4 - count) * 4);
}

/** out[r] = sum_j values[r * columns + j] for the rows `from` to `to`. */
export function rowSums(from: u32, to: u32, scratch: usize, values: usize, columns: u32, out: usize): void {
  prepareMasks(scratch);
  for (let r = from; r < to; r++) {
    let at = values + <usize>r * columns * 4;
    const end = at + <usize>columns * 4;
    let c0 = f32x4.splat(0);
    let c1 = c0;
    let c2 = c0;
    let c3 = c0;
    for (; at + 64 <= end; at += 64) {
      c0 = f32x4.add(c0, v128.load(at));
      c1 = f32x4.add(c1, v128.load(at, 16));
      c2 = f32x4.add(c2, v128.load(at, 32));
      c3 = f32x4.add(c3, v128.load(at, 48));
    }
    const left = <u32>(end - at) >> 2;
    if (left > 0) c0 = f32x4.add(c0, v128.and(v128.load(at), mask(scratch, min(left, 4))));
    if (left > 4) c1 = f32x4.add(c1, v128.and(v128.load(at, 16), mask(scratch, min(left - 4, 4))));
    if (left > 8) c2 = f32x4.add(c2, v128.and(v128.load(at, 32), mask(scratch, min(left - 8, 4))));
    if (left > 12) c3 = f32x4.add(c3, v128.and(v128.load(at, 48), mask(scratch, left - 12)));
    store<f32>(out + r * 4, total(c0, c1, c2, c3));
  }
}

/** The largest number that is not NaN, or 0 if none is above -Infinity. */
function largest(x: usize, count: u32): f32 {
  const end = x + <usize>count * 4;
  let m0 = f32x4.splat(<f32>-Infinity);
  let m1 = m0;
  for (; x + 32 <= end; x += 32) {
    m0 = f32x4.pmax(m0, v128.load(x));
    m1 = f32x4.pmax(m1, v128.load(x, 16));
  }
  if (x + 16 <= end) {
    m1 = f32x4.pmax(m1, v128.load(x));
    x += 16;
  }
  m0 = f32x4.pmax(m0, m1);
  m0 = f32x4.pmax(m0, i32x4.shuffle(m0, m0, 2, 3, 2, 3));
  m0 = f32x4.pmax(m0, i32x4.shuffle(m0, m0, 1, 1, 1, 1));
  let m = f32x4.extract_lane(m0, 0);
  for (; x < end; x += 4) {
    const y = load<f32>(x);
    if (y > m) m = y;
  }
  return m == <f32>-Infinity ? 0 : m;
}

/** The sum of e^(x_j - shift); the terms go to `out` unless that is 0. */
function weigh(x: usize, count: u32, shift: f32, scratch: usize, out: usize): f32 {
  const zero = f32x4.splat(0);
  const sums = scratch + SUMS;
  v128.store(sums, zero);
  v128.store(sums, zero, 16);
  v128.store(sums, zero, 32);
  v128.store(sums, zero, 48);
  const less = f32x4.splat(shift);
  const whole: usize = (count & ~3) * 4;
  for (let at: usize = 0; at < whole; at += 16) {
    const e = Lanes.expOfNegative(f32x4.sub(v128.load(x + at), less), scratch);
    if (out != 0) v128.store(out + at, e);
    const sum = sums + (at & 48);
    v128.store(sum, f32x4.add(v128.load(sum), e));
  }
  const left = count & 3;
  if (left > 0) {
    const e = Lanes.expOfNegative(f32x4.sub(v128.load(x + whole), less), scratch);
    if (out != 0) storeSome(out + whole, e, left);
    const sum = sums + (whole & 48);
    v128.store(sum, f32x4.add(v128.load(sum), v128.and(e, mask(scratch, left))));
  }
  return total(v128.load(sums), v128.load(sums, 16), v128.load(sums, 32), v128.load(sums, 48));
}

/** Rows `from` to `to` of out = e^(x_rj - max_r) / sum_k e^(x_rk - max_r). */
export function softmax(from: u32, to: u32, scratch: usize, values: usize, columns: u32, out: usize): void {
  prepareElements(scratch);
  prepareMasks(scratch);
  const step = <usize>columns * 4;
  for (let r = from; r < to; r++) {
    const x = values + r * step;
    let at = out + r * step;
    const end = at + step;
    const sum = weigh(x, columns, largest(x, columns), scratch, at);
    const by = f32x4.splat(sum == 0 ? 1 : sum);
    for (; at + 16 <= end; at += 16) v128.store(at, f32x4.div(v128.load(at), by));
    if (at < end) storeSome(at, f32x4.div(v128.load(at), by), <u32>(end - at) >> 2);
  }
}

/** out[r] = max_r + log sum_j e^(x_rj - max_r) for the rows `from` to `to`. */
export function logSumExps(from: u32, to: u32, scratch: usize, values: usize, columns: u32, out: usize): void {
  prepareElements(scratch);
  prepareMasks(scratch);
  for (let r = from; r < to; r += 4) {
    const rows = min(4, to - r);
    for (let k: u32 = 0; k < rows; k++) {
      const x = values + <usize>(r + k) * columns * 4;
      const m = largest(x, columns);
      store<f32>(scratch + k * 4, m, LARGEST);
      store<f32>(scratch + k * 4, weigh(x, columns, m, scratch, 0), TOTALS);
    }
    const logs = f32x4.add(v128.load(scratch, LARGEST), Lanes.log(v128.load(scratch, TOTALS), scratch));
    if (rows == 4) v128.store(out + r * 4, logs);
    else storeSome(out + r * 4, logs, rows);
  }
}
