/**
 * Products whose right factor need not be packed: it stays in the nearest cache as it lies, or is read but once or a few
 * times.
 */
import { storeSome } from "./workspace-tensors";

/** Bytes of a right factor that is small, and numbers of rows and columns. */
const SMALL: u32 = 16384;
const FEW: u32 = 4;

export function isSmall(rows: u32, inner: u32, columns: u32): bool {
  return rows <= FEW || columns < FEW || <u64>inner * columns * 4 <= SMALL;
}

/**
 * The columns `first` to `last` of out = keep out + scale A B + bias; entry (r, j) of A lies at a + r * rowStep + j * step.
 * Blocks of four rows and eight columns have their sums in registers.
 */
export function smallProduct(
  first: u32,
  last: u32,
  rows: u32,
  inner: u32,
  columns: u32,
  a: usize,
  rowStep: usize,
  step: usize,
  b: usize,
  out: usize,
  bias: usize,
  scale: f32,
  keep: f32,
): void {
  if (inner == 1 && keep == 1 && scale == 1 && bias == 0) {
    addOuterProduct(first, last, rows, columns, a, rowStep, b, out);
    return;
  }
  const width: usize = columns * 4;
  let r: u32 = 0;
  for (; r + 4 <= rows; r += 4) {
    const at = a + r * rowStep;
    const to = out + r * width;
    let k = first;
    for (; k + 8 <= last; k += 8) {
      fourByEight(inner, at, rowStep, step, b + k * 4, width, to + k * 4, biasAt(bias, k), scale, keep);
    }
    if (k < last && last - k < 4 && step == 4) {
      for (; k < last; k++) fourDots(inner, at, rowStep, b + k * 4, width, to + k * 4, biasAt(bias, k), scale, keep);
    }
    for (; k < last; k += 4) {
      fourByFour(
        inner,
        at,
        rowStep,
        step,
        b + k * 4,
        width,
        min(4, last - k),
        to + k * 4,
        biasAt(bias, k),
        scale,
        keep,
      );
    }
  }
  for (; r < rows; r++) {
    const at = a + r * rowStep;
    const to = out + r * width;
    for (let k = first; k < last; k += 16) {
      oneBySixteen(inner, at, step, b + k * 4, width, min(16, last - k), to + k * 4, biasAt(bias, k), scale, keep);
    }
  }
}

/** out = out + A B for one column A and one row B: a row of `out` follows the other. */
function addOuterProduct(
  first: u32,
  last: u32,
  rows: u32,
  columns: u32,
  a: usize,
  rowStep: usize,
  b: usize,
  out: usize,
): void {
  const zero = f32x4.splat(0);
  const end = <usize>last * 4;
  for (let r: u32 = 0; r < rows; r++) {
    const factor = v128.load32_splat(a);
    let k: usize = <usize>first * 4;
    for (; k + 32 <= end; k += 32) {
      const x = f32x4.add(zero, f32x4.mul(factor, v128.load(b + k)));
      const y = f32x4.add(zero, f32x4.mul(factor, v128.load(b + k, 16)));
      v128.store(out + k, f32x4.add(v128.load(out + k), x));
      v128.store(out + k, f32x4.add(v128.load(out + k, 16), y), 16);
    }
    for (; k < end; k += 16) {
      const x = f32x4.add(zero, f32x4.mul(factor, v128.load(b + k)));
      const result = f32x4.add(v128.load(out + k), x);
      if (k + 16 <= end) v128.store(out + k, result);
      else storeSome(out + k, result, <u32>(end - k) >> 2);
    }
    a += rowStep;
    out += <usize>columns * 4;
  }
}

function biasAt(bias: usize, k: u32): usize {
  return bias == 0 ? 0 : bias + k * 4;
}

/** From the sums of `lanes` columns to out. */
function finish(sum: v128, lanes: u32, bias: usize, scale: f32, keep: f32, out: usize): void {
  const biases = bias == 0 ? f32x4.splat(0) : v128.load(bias);
  let result = f32x4.add(f32x4.mul(f32x4.splat(scale), sum), biases);
  if (keep != 0) result = f32x4.add(f32x4.mul(f32x4.splat(keep), v128.load(out)), result);
  if (lanes < 4) storeSome(out, result, lanes);
  else v128.store(out, result);
}

function fourByEight(
  inner: u32,
  a: usize,
  rowStep: usize,
  step: usize,
  b: usize,
  width: usize,
  out: usize,
  bias: usize,
  scale: f32,
  keep: f32,
): void {
  let c0 = f32x4.splat(0);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  let d0 = c0;
  let d1 = c0;
  let d2 = c0;
  let d3 = c0;
  const a1 = rowStep;
  const a2 = 2 * rowStep;
  const a3 = 3 * rowStep;
  for (let j: u32 = 0; j < inner; j++) {
    const x = v128.load(b);
    const y = v128.load(b, 16);
    let value = v128.load32_splat(a);
    c0 = f32x4.add(c0, f32x4.mul(value, x));
    d0 = f32x4.add(d0, f32x4.mul(value, y));
    value = v128.load32_splat(a + a1);
    c1 = f32x4.add(c1, f32x4.mul(value, x));
    d1 = f32x4.add(d1, f32x4.mul(value, y));
    value = v128.load32_splat(a + a2);
    c2 = f32x4.add(c2, f32x4.mul(value, x));
    d2 = f32x4.add(d2, f32x4.mul(value, y));
    value = v128.load32_splat(a + a3);
    c3 = f32x4.add(c3, f32x4.mul(value, x));
    d3 = f32x4.add(d3, f32x4.mul(value, y));
    a += step;
    b += width;
  }
  const more = bias == 0 ? 0 : bias + 16;
  finish(c0, 4, bias, scale, keep, out);
  finish(d0, 4, more, scale, keep, out + 16);
  out += width;
  finish(c1, 4, bias, scale, keep, out);
  finish(d1, 4, more, scale, keep, out + 16);
  out += width;
  finish(c2, 4, bias, scale, keep, out);
  finish(d2, 4, more, scale, keep, out + 16);
  out += width;
  finish(c3, 4, bias, scale, keep, out);
  finish(d3, 4, more, scale, keep, out + 16);
}

function fourByFour(
  inner: u32,
  a: usize,
  rowStep: usize,
  step: usize,
  b: usize,
  width: usize,
  lanes: u32,
  out: usize,
  bias: usize,
  scale: f32,
  keep: f32,
): void {
  let c0 = f32x4.splat(0);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  const a1 = rowStep;
  const a2 = 2 * rowStep;
  const a3 = 3 * rowStep;
  for (let j: u32 = 0; j < inner; j++) {
    const x = v128.load(b);
    c0 = f32x4.add(c0, f32x4.mul(v128.load32_splat(a), x));
    c1 = f32x4.add(c1, f32x4.mul(v128.load32_splat(a + a1), x));
    c2 = f32x4.add(c2, f32x4.mul(v128.load32_splat(a + a2), x));
    c3 = f32x4.add(c3, f32x4.mul(v128.load32_splat(a + a3), x));
    a += step;
    b += width;
  }
  finish(c0, lanes, bias, scale, keep, out);
  finish(c1, lanes, bias, scale, keep, out + width);
  finish(c2, lanes, bias, scale, keep, out + 2 * width);
  finish(c3, lanes, bias, scale, keep, out + 3 * width);
}

/** Four rows of A, whose entries follow one another, times one column of B: four columns of A at a time are transposed. */
function fourDots(
  inner: u32,
  a: usize,
  rowStep: usize,
  b: usize,
  width: usize,
  out: usize,
  bias: usize,
  scale: f32,
  keep: f32,
): void {
  const a1 = rowStep;
  const a2 = 2 * rowStep;
  const a3 = 3 * rowStep;
  let sums = f32x4.splat(0);
  let j: u32 = 0;
  for (; j + 4 <= inner; j += 4) {
    const r0 = v128.load(a);
    const r1 = v128.load(a + a1);
    const r2 = v128.load(a + a2);
    const r3 = v128.load(a + a3);
    const low01 = i32x4.shuffle(r0, r1, 0, 4, 1, 5);
    const low23 = i32x4.shuffle(r2, r3, 0, 4, 1, 5);
    const high01 = i32x4.shuffle(r0, r1, 2, 6, 3, 7);
    const high23 = i32x4.shuffle(r2, r3, 2, 6, 3, 7);
    sums = f32x4.add(sums, f32x4.mul(i64x2.shuffle(low01, low23, 0, 2), v128.load32_splat(b)));
    b += width;
    sums = f32x4.add(sums, f32x4.mul(i64x2.shuffle(low01, low23, 1, 3), v128.load32_splat(b)));
    b += width;
    sums = f32x4.add(sums, f32x4.mul(i64x2.shuffle(high01, high23, 0, 2), v128.load32_splat(b)));
    b += width;
    sums = f32x4.add(sums, f32x4.mul(i64x2.shuffle(high01, high23, 1, 3), v128.load32_splat(b)));
    b += width;
    a += 16;
  }
  for (; j < inner; j++) {
    const column = f32x4(load<f32>(a), load<f32>(a + a1), load<f32>(a + a2), load<f32>(a + a3));
    sums = f32x4.add(sums, f32x4.mul(column, v128.load32_splat(b)));
    a += 4;
    b += width;
  }
  const own: f32 = bias == 0 ? 0 : load<f32>(bias);
  const results = f32x4.add(f32x4.mul(f32x4.splat(scale), sums), f32x4.splat(own));
  place(f32x4.extract_lane(results, 0), keep, out);
  place(f32x4.extract_lane(results, 1), keep, out + width);
  place(f32x4.extract_lane(results, 2), keep, out + 2 * width);
  place(f32x4.extract_lane(results, 3), keep, out + 3 * width);
}

function place(result: f32, keep: f32, out: usize): void {
  store<f32>(out, keep == 0 ? result : keep * load<f32>(out) + result);
}

/** One row of A times at most sixteen columns of B. */
function oneBySixteen(
  inner: u32,
  a: usize,
  step: usize,
  b: usize,
  width: usize,
  lanes: u32,
  out: usize,
  bias: usize,
  scale: f32,
  keep: f32,
): void {
  let c0 = f32x4.splat(0);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  if (lanes > 4) {
    for (let j: u32 = 0; j < inner; j++) {
      const value = v128.load32_splat(a);
      c0 = f32x4.add(c0, f32x4.mul(value, v128.load(b)));
      c1 = f32x4.add(c1, f32x4.mul(value, v128.load(b, 16)));
      c2 = f32x4.add(c2, f32x4.mul(value, v128.load(b, 32)));
      c3 = f32x4.add(c3, f32x4.mul(value, v128.load(b, 48)));
      a += step;
      b += width;
    }
  } else {
    for (let j: u32 = 0; j < inner; j++) {
      c0 = f32x4.add(c0, f32x4.mul(v128.load32_splat(a), v128.load(b)));
      a += step;
      b += width;
    }
  }
  finish(c0, min(lanes, 4), bias, scale, keep, out);
  if (lanes > 4) finish(c1, min(lanes - 4, 4), biasAt(bias, 4), scale, keep, out + 16);
  if (lanes > 8) finish(c2, min(lanes - 8, 4), biasAt(bias, 8), scale, keep, out + 32);
  if (lanes > 12) finish(c3, lanes - 12, biasAt(bias, 12), scale, keep, out + 48);
}
