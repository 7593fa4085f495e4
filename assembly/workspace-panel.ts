/**
 * Products of single-precision matrices: a block of columns of B at a time, 7 registers wide, which is packed so that
 * it stays in the nearest cache while row after row of A adds up its own rows of it. Seven sums and seven terms fill
 * the registers.
 */

/** Columns and bytes of a block. */
export const LANES: u32 = 28;
export const WIDTH: usize = 112;
/** The rows of B that are packed at a time, a multiple of 32. */
export const CHUNK: u32 = 256;
/** The rows of A that are worked on together. */
export const GROUP: u32 = 128;

/** Bytes of a panel. */
export const PANEL: usize = <usize>CHUNK * WIDTH;

/** `inner` in equal parts of at most CHUNK, each but the last a multiple of 32. */
export function chunkOf(inner: u32): u32 {
  const parts = max((inner + CHUNK - 1) / CHUNK, 1);
  return max(((inner + parts - 1) / parts + 31) & ~31, 32);
}

/**
 * Reads a part of B once in the order in which it lies in memory, which fetches it ahead; blocks of columns, which jump from
 * row to row, would wait for each line.
 */
export function touch(b: usize, stride: usize, count: u32, width: usize, scratch: usize): void {
  let seen = i32x4.splat(0);
  for (let r: u32 = 0; r < count; r++) {
    for (let at: usize = 0; at < width; at += 64) seen = v128.or(seen, v128.load(b + at));
    b += stride;
  }
  v128.store(scratch, seen);
}

/** Copies a block of columns of `count` rows of B, `stride` bytes apart, one row after the other. */
export function pack(b: usize, stride: usize, count: u32, panel: usize): void {
  const end = panel + count * WIDTH;
  while (panel < end) {
    // The last block also copies what lies beyond its columns; those sums are not read.
    v128.store(panel, v128.load(b));
    v128.store(panel, v128.load(b, 16), 16);
    v128.store(panel, v128.load(b, 32), 32);
    v128.store(panel, v128.load(b, 48), 48);
    v128.store(panel, v128.load(b, 64), 64);
    v128.store(panel, v128.load(b, 80), 80);
    v128.store(panel, v128.load(b, 96), 96);
    b += stride;
    panel += WIDTH;
  }
}

/**
 * Adds the rows of the panel where a group of rows has ones among its first `count` bits to their sums, or to zero for the
 * `first` ones. The ones are found in a register: a list of them would cost a load for each. One loop for all products: what
 * has one caller is compiled into it.
 */
export function addOnes(a: usize, stride: usize, group: u32, count: u32, panel: usize, sums: usize, first: bool): void {
  for (let r: u32 = 0; r < group; r++) {
    addRows(a, count, panel, sums, first);
    a += stride;
    sums += WIDTH;
  }
}

/** The same for one row. */
function addRows(bits: usize, count: u32, panel: usize, sums: usize, first: bool): void {
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
  for (let j: u32 = 0; j < count; j += 64) {
    let word = load<u64>(bits);
    if (count - j < 64) word &= ((<u64>1) << (count - j)) - 1;
    for (; word != 0; word &= word - 1) {
      const row = panel + <usize>ctz(word) * WIDTH;
      c0 = f32x4.add(c0, v128.load(row));
      c1 = f32x4.add(c1, v128.load(row, 16));
      c2 = f32x4.add(c2, v128.load(row, 32));
      c3 = f32x4.add(c3, v128.load(row, 48));
      c4 = f32x4.add(c4, v128.load(row, 64));
      c5 = f32x4.add(c5, v128.load(row, 80));
      c6 = f32x4.add(c6, v128.load(row, 96));
    }
    bits += 8;
    panel += 64 * WIDTH;
  }
  v128.store(sums, c0);
  v128.store(sums, c1, 16);
  v128.store(sums, c2, 32);
  v128.store(sums, c3, 48);
  v128.store(sums, c4, 64);
  v128.store(sums, c5, 80);
  v128.store(sums, c6, 96);
}
