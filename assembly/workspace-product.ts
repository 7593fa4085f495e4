/** Products of single-precision matrices, for which `workspace-panel.ts` packs and adds. */
import { addOnes, chunkOf, GROUP, LANES, PANEL, pack, touch, WIDTH } from "./workspace-panel";
import { isSmall, smallProduct } from "./workspace-small-product";

/** The blocks that are worked on together. */
const BLOCKS: u32 = 12;

/** Where the sums lie in the scratch of a thread. */
const SUMS: usize = PANEL;

/**
 * Blocks `from` to `to` of the columns of out = keep out + scale A B + bias, A a matrix of bits, `stride` bytes per
 * row.
 */
export function bitsProduct(
  from: u32,
  to: u32,
  scratch: usize,
  rows: u32,
  inner: u32,
  columns: u32,
  a: usize,
  stride: usize,
  b: usize,
  out: usize,
  bias: usize,
  scale: f32,
  keep: f32,
): void {
  const chunk = chunkOf(inner);
  for (let row: u32 = 0; row < rows; row += GROUP) {
    const group = min(GROUP, rows - row);
    for (let first = from; first < to; first += BLOCKS) {
      const last = min(to, first + BLOCKS);
      let j: u32 = 0;
      do {
        const count = min(chunk, inner - j);
        touch(b + (<usize>j * columns + first * LANES) * 4, columns * 4, count, (last - first) * WIDTH, scratch);
        for (let block = first; block < last; block++) {
          pack(b + (<usize>j * columns + block * LANES) * 4, columns * 4, count, scratch);
          const sums = scratch + SUMS + <usize>(block - first) * (GROUP * WIDTH);
          addOnes(a + row * stride + (j >> 3), stride, group, count, scratch, sums, j == 0);
        }
        j += chunk;
      } while (j < inner);
      finish(scratch, row, group, first, last, columns, bias, scale, keep, out);
    }
  }
}

/** The same for numbers: entry (r, j) of A lies at a + r * rowStep + j * step. */
export function denseProduct(
  from: u32,
  to: u32,
  scratch: usize,
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
  if (isSmall(rows, inner, columns)) {
    const last = min(to * LANES, columns);
    smallProduct(from * LANES, last, rows, inner, columns, a, rowStep, step, b, out, bias, scale, keep);
    return;
  }
  const chunk = chunkOf(inner);
  for (let row: u32 = 0; row < rows; row += GROUP) {
    const group = min(GROUP, rows - row);
    for (let first = from; first < to; first += BLOCKS) {
      const last = min(to, first + BLOCKS);
      let j: u32 = 0;
      do {
        const count = min(chunk, inner - j);
        touch(b + (<usize>j * columns + first * LANES) * 4, columns * 4, count, (last - first) * WIDTH, scratch);
        for (let block = first; block < last; block++) {
          pack(b + (<usize>j * columns + block * LANES) * 4, columns * 4, count, scratch);
          let sums = scratch + SUMS + <usize>(block - first) * (GROUP * WIDTH);
          let values = a + row * rowStep + j * step;
          for (let r: u32 = 0; r < group; r++) {
            addMultiples(values, step, scratch, scratch + count * WIDTH, sums, j == 0);
            values += rowStep;
            sums += WIDTH;
          }
        }
        j += chunk;
      } while (j < inner);
      finish(scratch, row, group, first, last, columns, bias, scale, keep, out);
    }
  }
}

/** The products `from` to `to` of a batch, whose factors and results are `aStride`, `bStride` and `outStride` bytes apart. */
export function denseProducts(
  from: u32,
  to: u32,
  scratch: usize,
  rows: u32,
  inner: u32,
  columns: u32,
  a: usize,
  rowStep: usize,
  step: usize,
  aStride: usize,
  b: usize,
  bStride: usize,
  out: usize,
  outStride: usize,
  scale: f32,
  keep: f32,
): void {
  // One column times A, stored by columns, is a row times the transpose of A.
  const isTransposed = columns == 1 && rowStep == 4;
  for (let i: usize = from; i < <usize>to; i++) {
    const left = a + i * aStride;
    const right = b + i * bStride;
    const result = out + i * outStride;
    if (isTransposed) smallProduct(0, rows, 1, inner, rows, right, 0, 4, left, result, 0, scale, keep);
    else {
      const blocks = (columns + LANES - 1) / LANES;
      denseProduct(0, blocks, scratch, rows, inner, columns, left, rowStep, step, right, result, 0, scale, keep);
    }
  }
}

/** Adds the rows of the panel, each times its number at `values`, to the sums, or to zero for the `first` ones. */
function addMultiples(values: usize, step: usize, row: usize, end: usize, sums: usize, first: bool): void {
  let c0 = f32x4.splat(0);
  let c1 = f32x4.splat(0);
  let c2 = f32x4.splat(0);
  let c3 = f32x4.splat(0);
  let c4 = f32x4.splat(0);
  let c5 = f32x4.splat(0);
  let c6 = f32x4.splat(0);
  if (!first) {
    c0 = v128.load(sums);
    c1 = v128.load(sums, 16);
    c2 = v128.load(sums, 32);
    c3 = v128.load(sums, 48);
    c4 = v128.load(sums, 64);
    c5 = v128.load(sums, 80);
    c6 = v128.load(sums, 96);
  }
  for (; row < end; row += WIDTH) {
    const value = v128.load32_splat(values);
    c0 = f32x4.add(c0, f32x4.mul(value, v128.load(row)));
    c1 = f32x4.add(c1, f32x4.mul(value, v128.load(row, 16)));
    c2 = f32x4.add(c2, f32x4.mul(value, v128.load(row, 32)));
    c3 = f32x4.add(c3, f32x4.mul(value, v128.load(row, 48)));
    c4 = f32x4.add(c4, f32x4.mul(value, v128.load(row, 64)));
    c5 = f32x4.add(c5, f32x4.mul(value, v128.load(row, 80)));
    c6 = f32x4.add(c6, f32x4.mul(value, v128.load(row, 96)));
    values += step;
  }
  v128.store(sums, c0);
  v128.store(sums, c1, 16);
  v128.store(sums, c2, 32);
  v128.store(sums, c3, 48);
  v128.store(sums, c4, 64);
  v128.store(sums, c5, 80);
  v128.store(sums, c6, 96);
}

/** From the sums of a group of rows and some blocks to out. */
function finish(
  scratch: usize,
  row: u32,
  rows: u32,
  first: u32,
  last: u32,
  columns: u32,
  bias: usize,
  scale: f32,
  keep: f32,
  out: usize,
): void {
  // The panel is no longer needed: the biases take its place.
  const width = min((last - first) * LANES, columns - first * LANES);
  if (bias == 0) memory.fill(scratch, 0, width * 4);
  else memory.copy(scratch, bias + first * WIDTH, width * 4);
  let to = out + (<usize>row * columns + first * LANES) * 4;
  for (let r: u32 = 0; r < rows; r++) {
    let sums = scratch + SUMS + <usize>r * WIDTH;
    let block = scratch;
    let at = to;
    for (let left = width; ; left -= LANES) {
      if (left < LANES) {
        finishLanes(sums, left, block, scale, keep, at);
        break;
      }
      finishBlock(sums, block, scale, keep, at);
      sums += GROUP * WIDTH;
      block += WIDTH;
      at += WIDTH;
    }
    to += columns * 4;
  }
}

function finishBlock(sums: usize, bias: usize, scale: f32, keep: f32, out: usize): void {
  const s = f32x4.splat(scale);
  const c0 = f32x4.add(f32x4.mul(s, v128.load(sums)), v128.load(bias));
  const c1 = f32x4.add(f32x4.mul(s, v128.load(sums, 16)), v128.load(bias, 16));
  const c2 = f32x4.add(f32x4.mul(s, v128.load(sums, 32)), v128.load(bias, 32));
  const c3 = f32x4.add(f32x4.mul(s, v128.load(sums, 48)), v128.load(bias, 48));
  const c4 = f32x4.add(f32x4.mul(s, v128.load(sums, 64)), v128.load(bias, 64));
  const c5 = f32x4.add(f32x4.mul(s, v128.load(sums, 80)), v128.load(bias, 80));
  const c6 = f32x4.add(f32x4.mul(s, v128.load(sums, 96)), v128.load(bias, 96));
  if (keep == 0) {
    v128.store(out, c0);
    v128.store(out, c1, 16);
    v128.store(out, c2, 32);
    v128.store(out, c3, 48);
    v128.store(out, c4, 64);
    v128.store(out, c5, 80);
    v128.store(out, c6, 96);
  } else {
    const k = f32x4.splat(keep);
    v128.store(out, f32x4.add(f32x4.mul(k, v128.load(out)), c0));
    v128.store(out, f32x4.add(f32x4.mul(k, v128.load(out, 16)), c1), 16);
    v128.store(out, f32x4.add(f32x4.mul(k, v128.load(out, 32)), c2), 32);
    v128.store(out, f32x4.add(f32x4.mul(k, v128.load(out, 48)), c3), 48);
    v128.store(out, f32x4.add(f32x4.mul(k, v128.load(out, 64)), c4), 64);
    v128.store(out, f32x4.add(f32x4.mul(k, v128.load(out, 80)), c5), 80);
    v128.store(out, f32x4.add(f32x4.mul(k, v128.load(out, 96)), c6), 96);
  }
}

function finishLanes(sums: usize, lanes: u32, bias: usize, scale: f32, keep: f32, out: usize): void {
  for (const end = sums + lanes * 4; sums < end; sums += 4) {
    const sum = scale * load<f32>(sums) + load<f32>(bias);
    store<f32>(out, keep == 0 ? sum : keep * load<f32>(out) + sum);
    bias += 4;
    out += 4;
  }
}
