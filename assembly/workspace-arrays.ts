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
