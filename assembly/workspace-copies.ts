/** Operations of workspaces that move numbers. */
import { storeSome } from "./workspace-tensors";

/**
 * The rows `from` to `to` of out[r][j] = values[r][j step], with strides in bytes and a step of 0 or 1; with `adds` that is
 * added to what `out` holds.
 */
export function copyRows(
  from: u32,
  to: u32,
  scratch: usize,
  columns: u32,
  values: usize,
  stride: usize,
  step: u32,
  out: usize,
  outStride: usize,
  adds: u32,
): void {
  for (let r: usize = from; r < <usize>to; r++) {
    const x = values + r * stride;
    if (step) copyRow(x, columns, out + r * outStride, adds);
    else repeat(load<f32>(x), columns, out + r * outStride, adds);
  }
}

function copyRow(x: usize, columns: u32, out: usize, adds: u32): void {
  const end = x + <usize>columns * 4;
  for (; x + 16 <= end; x += 16, out += 16) {
    const own = v128.load(x);
    v128.store(out, adds ? f32x4.add(v128.load(out), own) : own);
  }
  if (x == end) return;
  const own = v128.load(x);
  storeSome(out, adds ? f32x4.add(v128.load(out), own) : own, <u32>(end - x) >> 2);
}

function repeat(x: f32, columns: u32, out: usize, adds: u32): void {
  const own = f32x4.splat(x);
  const end = out + <usize>columns * 4;
  for (; out + 16 <= end; out += 16) v128.store(out, adds ? f32x4.add(v128.load(out), own) : own);
  if (out < end) storeSome(out, adds ? f32x4.add(v128.load(out), own) : own, <u32>(end - out) >> 2);
}

/** Zeros in the quadruples `from` to `to` of `count` numbers. */
export function clearNumbers(from: u32, to: u32, scratch: usize, count: u32, out: usize): void {
  const end = out + <usize>min(to * 4, count) * 4;
  const zero = f32x4.splat(0);
  out += <usize>from * 16;
  for (; out + 16 <= end; out += 16) v128.store(out, zero);
  if (out < end) storeSome(out, zero, <u32>(end - out) >> 2);
}
