/** Operations of workspaces on whole arrays of single-precision numbers, and sums over them. */
import { softplusSum } from "./workspace-functions";

/** Rows `from` to `to` of out, the transpose of rows x columns numbers. */
export function transposeNumbers(
  from: u32,
  to: u32,
  scratch: usize,
  values: usize,
  rows: u32,
  columns: u32,
  out: usize,
): void {
  const step: usize = columns * 4;
  const outStep: usize = rows * 4;
  let j = from;
  for (; j + 4 <= to; j += 4) {
    let at = values + j * 4;
    let target = out + <usize>j * outStep;
    let r: u32 = 0;
    for (; r + 4 <= rows; r += 4) {
      const a = v128.load(at);
      const b = v128.load(at + step);
      const c = v128.load(at + 2 * step);
      const d = v128.load(at + 3 * step);
      const abLow = i32x4.shuffle(a, b, 0, 4, 1, 5);
      const cdLow = i32x4.shuffle(c, d, 0, 4, 1, 5);
      const abHigh = i32x4.shuffle(a, b, 2, 6, 3, 7);
      const cdHigh = i32x4.shuffle(c, d, 2, 6, 3, 7);
      v128.store(target, i64x2.shuffle(abLow, cdLow, 0, 2));
      v128.store(target + outStep, i64x2.shuffle(abLow, cdLow, 1, 3));
      v128.store(target + 2 * outStep, i64x2.shuffle(abHigh, cdHigh, 0, 2));
      v128.store(target + 3 * outStep, i64x2.shuffle(abHigh, cdHigh, 1, 3));
      at += 4 * step;
      target += 16;
    }
    for (; r < rows; r++) {
      for (let k: u32 = 0; k < 4; k++) store<f32>(target + k * outStep, load<f32>(at + k * 4));
      at += step;
      target += 4;
    }
  }
  for (; j < to; j++) {
    for (let r: u32 = 0; r < rows; r++) {
      store<f32>(out + <usize>j * outStep + r * 4, load<f32>(values + r * step + j * 4));
    }
  }
}

/** out[j] = sum_r values[r * columns + j] for the columns `from` to `to`. */
export function columnSums(
  from: u32,
  to: u32,
  scratch: usize,
  values: usize,
  rows: u32,
  columns: u32,
  out: usize,
): void {
  let j = from;
  for (; j + 16 <= to; j += 16) {
    let c0 = f32x4.splat(0);
    let c1 = f32x4.splat(0);
    let c2 = f32x4.splat(0);
    let c3 = f32x4.splat(0);
    let at = values + j * 4;
    for (let r: u32 = 0; r < rows; r++) {
      c0 = f32x4.add(c0, v128.load(at));
      c1 = f32x4.add(c1, v128.load(at, 16));
      c2 = f32x4.add(c2, v128.load(at, 32));
      c3 = f32x4.add(c3, v128.load(at, 48));
      at += columns * 4;
    }
    v128.store(out + j * 4, c0);
    v128.store(out + j * 4, c1, 16);
    v128.store(out + j * 4, c2, 32);
    v128.store(out + j * 4, c3, 48);
  }
  for (; j < to; j++) {
    let sum: f32 = 0;
    for (let r: u32 = 0; r < rows; r++) sum += load<f32>(values + (<usize>r * columns + j) * 4);
    store<f32>(out + j * 4, sum);
  }
}

/** out[r] = sum_j log(1 + e^(slope x_rj)) for the rows `from` to `to`. */
export function softplusSums(
  from: u32,
  to: u32,
  scratch: usize,
  inputs: usize,
  columns: u32,
  slope: f64,
  out: usize,
): void {
  for (let r = from; r < to; r++) {
    store<f64>(out + r * 8, softplusSum(inputs + <usize>r * columns * 4, columns, slope, scratch));
  }
}

/**
 * velocity = momentum velocity + rate (gradient - l2 value - l1 sgn(value)) and value += velocity for the quadruples
 * `from` to `to` of `count` numbers.
 */
export function ascend(
  from: u32,
  to: u32,
  scratch: usize,
  count: u32,
  values: usize,
  velocity: usize,
  gradient: usize,
  rate: f32,
  momentum: f32,
  l1: f32,
  l2: f32,
): void {
  const zero = f32x4.splat(0);
  const rates = f32x4.splat(rate);
  const momenta = f32x4.splat(momentum);
  const up = f32x4.splat(l1);
  const down = f32x4.splat(-l1);
  const decay = f32x4.splat(l2);
  const whole: usize = min(to, count >> 2) * 16;
  for (let at: usize = from * 16; at < whole; at += 16) {
    const value = v128.load(values + at);
    const shrink = v128.or(v128.and(f32x4.gt(value, zero), up), v128.and(f32x4.lt(value, zero), down));
    const uphill = f32x4.sub(f32x4.sub(v128.load(gradient + at), f32x4.mul(decay, value)), shrink);
    const v = f32x4.add(f32x4.mul(momenta, v128.load(velocity + at)), f32x4.mul(rates, uphill));
    v128.store(velocity + at, v);
    v128.store(values + at, f32x4.add(value, v));
  }
  const end: usize = min(<usize>to * 16, <usize>count * 4);
  for (let at = whole; at < end; at += 4) {
    const value = load<f32>(values + at);
    const shrink: f32 = value > 0 ? l1 : value < 0 ? -l1 : 0;
    const v = momentum * load<f32>(velocity + at) + rate * (load<f32>(gradient + at) - l2 * value - shrink);
    store<f32>(velocity + at, v);
    store<f32>(values + at, value + v);
  }
}
