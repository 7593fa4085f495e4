/** Operations of dense associative memories: differences of rectified powers, and steps that are normalised by column. */

/** Numbers of a row that are added up apart. */
const SUMS: u32 = 16;
/** Columns whose powers are kept at a time, behind the sums of all classes. */
const CHUNK: u32 = 4096;
const KEPT: usize = 4096 * 64;
/** Columns whose gradients by the shifts stay in the nearest cache, and columns of a step of ascent. */
const BLOCK: u32 = 128;
const STEP: u32 = 1024;

function raised(x: v128, exponent: u32): v128 {
  let result = f32x4.splat(1);
  let factor = x;
  let left = exponent;
  while (true) {
    if (left & 1) result = f32x4.mul(result, factor);
    left >>= 1;
    if (left == 0) return result;
    factor = f32x4.mul(factor, factor);
  }
}

function raisedOne(x: f32, exponent: u32): f32 {
  let result: f32 = 1;
  let factor = x;
  let left = exponent;
  while (true) {
    if (left & 1) result *= factor;
    left >>= 1;
    if (left == 0) return result;
    factor *= factor;
  }
}

function above(x: v128, least: v128): v128 {
  return v128.and(x, f32x4.gt(x, least));
}

function aboveOne(x: f32, least: f32): f32 {
  return x > least ? x : 0;
}

/** The gaps of the rows `from` to `to`: sum_k F(x_k + s_ck) - F(x_k) for every class c. */
export function energyGaps(
  from: u32,
  to: u32,
  scratch: usize,
  columns: u32,
  classes: u32,
  power: u32,
  least: f32,
  overlaps: usize,
  shifts: usize,
  out: usize,
): void {
  const floor = f32x4.splat(least);
  const kept = scratch + KEPT;
  for (let r = from; r < to; r++) {
    const row = overlaps + <usize>r * columns * 4;
    memory.fill(scratch, 0, <usize>classes * 64);
    for (let first: u32 = 0; first < columns; first += CHUNK) {
      const count = min(CHUNK, columns - first);
      const whole = count & ~(SUMS - 1);
      const x = row + first * 4;
      for (let k: u32 = 0; k < whole; k += 4) {
        v128.store(kept + k * 4, raised(above(v128.load(x + k * 4), floor), power));
      }
      for (let k = whole; k < count; k++) {
        store<f32>(kept + k * 4, raisedOne(aboveOne(load<f32>(x + k * 4), least), power));
      }
      for (let c: u32 = 0; c < classes; c++) {
        const s = shifts + (<usize>c * columns + first) * 4;
        const sums = scratch + c * 64;
        let s0 = v128.load(sums);
        let s1 = v128.load(sums, 16);
        let s2 = v128.load(sums, 32);
        let s3 = v128.load(sums, 48);
        for (let k: u32 = 0; k < whole; k += SUMS) {
          const at: usize = k * 4;
          const x0 = raised(above(f32x4.add(v128.load(x + at), v128.load(s + at)), floor), power);
          const x1 = raised(above(f32x4.add(v128.load(x + at, 16), v128.load(s + at, 16)), floor), power);
          const x2 = raised(above(f32x4.add(v128.load(x + at, 32), v128.load(s + at, 32)), floor), power);
          const x3 = raised(above(f32x4.add(v128.load(x + at, 48), v128.load(s + at, 48)), floor), power);
          s0 = f32x4.add(s0, f32x4.sub(x0, v128.load(kept + at)));
          s1 = f32x4.add(s1, f32x4.sub(x1, v128.load(kept + at, 16)));
          s2 = f32x4.add(s2, f32x4.sub(x2, v128.load(kept + at, 32)));
          s3 = f32x4.add(s3, f32x4.sub(x3, v128.load(kept + at, 48)));
        }
        v128.store(sums, s0);
        v128.store(sums, s1, 16);
        v128.store(sums, s2, 32);
        v128.store(sums, s3, 48);
        for (let k = whole; k < count; k++) {
          const on = raisedOne(aboveOne(load<f32>(x + k * 4) + load<f32>(s + k * 4), least), power);
          const sum = sums + (k - whole) * 4;
          store<f32>(sum, load<f32>(sum) + (on - load<f32>(kept + k * 4)));
        }
      }
    }
    for (let c: u32 = 0; c < classes; c++) {
      let total: f64 = 0;
      for (let k: u32 = 0; k < SUMS; k++) total += <f64>load<f32>(scratch + c * 64 + k * 4);
      store<f64>(out + (<usize>r * classes + c) * 8, total);
    }
  }
}

/** The gradients of the columns `from` to `to`, by the overlaps of all rows and by the shifts. */
export function gapGradients(
  from: u32,
  to: u32,
  scratch: usize,
  rows: u32,
  columns: u32,
  classes: u32,
  power: u32,
  least: f32,
  overlaps: usize,
  shifts: usize,
  weights: usize,
  out: usize,
  shiftGradients: usize,
): void {
  const floor = f32x4.splat(least);
  const exponent = power - 1;
  const step: usize = columns * 4;
  for (let first = from; first < to; first += BLOCK) {
    const end = min(first + BLOCK, to);
    for (let c: u32 = 0; c < classes; c++) memory.fill(shiftGradients + c * step + first * 4, 0, (end - first) * 4);
    for (let r: u32 = 0; r < rows; r++) {
      // The classes whose weight is not 0: offset of the row and weight.
      let used = scratch;
      let total: f32 = 0;
      for (let c: u32 = 0; c < classes; c++) {
        const weight = load<f32>(weights + (<usize>r * classes + c) * 4);
        total += weight;
        if (weight == 0) continue;
        store<u32>(used, <u32>(c * step));
        store<f32>(used, weight, 4);
        used += 8;
      }
      const row = <usize>r * step;
      let k = first;
      for (; k + 4 <= end; k += 4) {
        const at: usize = k * 4;
        const x = v128.load(overlaps + row + at);
        let sum = f32x4.splat(0);
        for (let entry = scratch; entry < used; entry += 8) {
          const place = load<u32>(entry) + at;
          const slope = raised(above(f32x4.add(x, v128.load(shifts + place)), floor), exponent);
          const term = f32x4.mul(v128.load32_splat(entry, 4), slope);
          sum = f32x4.add(sum, term);
          v128.store(shiftGradients + place, f32x4.add(v128.load(shiftGradients + place), term));
        }
        const off = f32x4.mul(f32x4.splat(total), raised(above(x, floor), exponent));
        v128.store(out + row + at, f32x4.sub(sum, off));
      }
      for (; k < end; k++) {
        const at: usize = k * 4;
        const x = load<f32>(overlaps + row + at);
        let sum: f32 = 0;
        for (let entry = scratch; entry < used; entry += 8) {
          const place = load<u32>(entry) + at;
          const term = load<f32>(entry, 4) * raisedOne(aboveOne(x + load<f32>(shifts + place), least), exponent);
          sum += term;
          store<f32>(shiftGradients + place, load<f32>(shiftGradients + place) + term);
        }
        store<f32>(out + row + at, sum - total * raisedOne(aboveOne(x, least), exponent));
      }
    }
  }
}

/** A step of the columns `from` to `to`, normalised by the largest velocity of each. */
export function ascendColumns(
  from: u32,
  to: u32,
  scratch: usize,
  rows: u32,
  columns: u32,
  values: usize,
  velocity: usize,
  gradient: usize,
  keep: f32,
  gain: f32,
  rate: f32,
): void {
  const keeps = f32x4.splat(keep);
  const gains = f32x4.splat(gain);
  const one = f32x4.splat(1);
  const minusOne = f32x4.splat(-1);
  for (let first = from; first < to; first += STEP) {
    const count = min(STEP, to - first);
    const whole = count & ~3;
    memory.fill(scratch, 0, count * 4);
    for (let r: u32 = 0; r < rows; r++) {
      const row = (<usize>r * columns + first) * 4;
      let k: u32 = 0;
      for (; k < whole; k += 4) {
        const at: usize = row + k * 4;
        const v = f32x4.add(f32x4.mul(keeps, v128.load(velocity + at)), f32x4.mul(gains, v128.load(gradient + at)));
        v128.store(velocity + at, v);
        const size = f32x4.abs(v);
        const largest = v128.load(scratch + k * 4);
        v128.store(scratch + k * 4, v128.bitselect(size, largest, f32x4.gt(size, largest)));
      }
      for (; k < count; k++) {
        const at: usize = row + k * 4;
        const v = keep * load<f32>(velocity + at) + gain * load<f32>(gradient + at);
        store<f32>(velocity + at, v);
        const size = abs(v);
        if (size > load<f32>(scratch + k * 4)) store<f32>(scratch + k * 4, size);
      }
    }
    for (let k: u32 = 0; k < count; k++) {
      const largest = load<f32>(scratch + k * 4);
      store<f32>(scratch + k * 4, largest >= 1.1754943508222875e-38 ? rate / largest : 0);
    }
    for (let r: u32 = 0; r < rows; r++) {
      const row = (<usize>r * columns + first) * 4;
      let k: u32 = 0;
      for (; k < whole; k += 4) {
        const at: usize = row + k * 4;
        const step = f32x4.mul(v128.load(scratch + k * 4), v128.load(velocity + at));
        let value = f32x4.add(v128.load(values + at), step);
        value = v128.bitselect(one, value, f32x4.gt(value, one));
        value = v128.bitselect(minusOne, value, f32x4.lt(value, minusOne));
        v128.store(values + at, value);
      }
      for (; k < count; k++) {
        const at: usize = row + k * 4;
        const value = load<f32>(values + at) + load<f32>(scratch + k * 4) * load<f32>(velocity + at);
        store<f32>(values + at, value > 1 ? 1 : value < -1 ? -1 : value);
      }
    }
  }
}
