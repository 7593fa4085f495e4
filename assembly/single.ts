/**
 * The product of `product.ts` for a single column of 16-bit numbers. With no batch to fill the lanes, the rows of bits
 * lie side by side in them instead, and a table has 16 entries, for four columns: one register for the low bytes of the
 * sums and one for the high, which a swizzle looks up for sixteen rows at once.
 */
import { widen } from "./product";

/** to[group * length + row] = byte `group` of that row of bits. `length` is a multiple of 16; the rest becomes zero. */
export function byteColumns(bits: usize, stride: usize, rows: u32, groups: u32, to: usize, length: usize): void {
  memory.fill(to, 0, groups * length);
  // In tiles, so that what is read and what is written both stay in the cache.
  for (let from: u32 = 0; from < rows; from += 64) {
    const end = min<u32>(rows, from + 64);
    for (let g: u32 = 0; g < groups; g++) {
      for (let r = from; r < end; r++) store<u8>(to + g * length + r, load<u8>(bits + r * stride + g));
    }
  }
}

/**
 * out[row] (32 bits) = u of `values`, eight 16-bit numbers a group, no group weighing more than 65535 in all. `bytes`
 * are those of byteColumns; `tables` has room for 64 bytes per group and `sums` for 16 bits per row; both sums are read
 * and written up to `length` rows.
 */
export function product16OfOne(
  bytes: usize,
  length: usize,
  values: usize,
  groups: u32,
  tables: usize,
  sums: usize,
  out: usize,
): void {
  memory.fill(sums, 0, 2 * length);
  memory.fill(out, 0, 4 * length);
  // First all tables: beside their making, the loop over the rows would not keep its registers.
  for (let half: u32 = 0; half < 2 * groups; half++) fill(values + half * 8, tables + half * 32);
  let room: u32 = 65535;
  for (let g: u32 = 0; g < groups; g++) {
    let weight: u32 = 0;
    for (let k: usize = 0; k < 8; k++) weight += abs<i32>(load<i16>(values + 2 * k));
    if (weight > room) {
      widen<u16>(sums, length / 16, out);
      room = 65535;
    }
    room -= weight;
    addGroup(bytes, length, tables, sums);
    bytes += length;
    values += 16;
    tables += 64;
  }
  widen<u16>(sums, length / 16, out);
}

/** Writes the table of four numbers: the low bytes of its 16 entries, then the high ones. */
function fill(values: usize, table: usize): void {
  const a0 = v128.load16_splat(values);
  const a1 = v128.load16_splat(values, 2);
  const a2 = v128.load16_splat(values, 4);
  const a3 = v128.load16_splat(values, 6);
  const zero = i16x8.splat(0);
  const negative01 = i16x8.add(i16x8.min_s(a0, zero), i16x8.min_s(a1, zero));
  const negative23 = i16x8.add(i16x8.min_s(a2, zero), i16x8.min_s(a3, zero));
  const bit0 = v128.and(a0, i16x8(0, -1, 0, -1, 0, -1, 0, -1));
  const bit1 = v128.and(a1, i16x8(0, 0, -1, -1, 0, 0, -1, -1));
  const bit2 = v128.and(a2, i16x8(0, 0, 0, 0, -1, -1, -1, -1));
  const lower = i16x8.sub(i16x8.sub(i16x8.add(i16x8.add(bit0, bit1), bit2), negative01), negative23);
  const upper = i16x8.add(lower, a3);
  const byte = i16x8.splat(255);
  v128.store(table, i8x16.narrow_i16x8_u(v128.and(lower, byte), v128.and(upper, byte)));
  v128.store(table, i8x16.narrow_i16x8_u(i16x8.shr_u(lower, 8), i16x8.shr_u(upper, 8)), 16);
}

/** Adds what eight columns contribute to every row. */
function addGroup(bytes: usize, length: usize, tables: usize, sums: usize): void {
  const low0 = v128.load(tables);
  const high0 = v128.load(tables, 16);
  const low1 = v128.load(tables, 32);
  const high1 = v128.load(tables, 48);
  const nibble = i8x16.splat(15);
  for (const end = bytes + length; bytes < end; bytes += 16) {
    const index = v128.load(bytes);
    const first = v128.and(index, nibble);
    const last = v128.and(i16x8.shr_u(index, 4), nibble);
    const l0 = i8x16.swizzle(low0, first);
    const h0 = i8x16.swizzle(high0, first);
    const l1 = i8x16.swizzle(low1, last);
    const h1 = i8x16.swizzle(high1, last);
    const u0 = i16x8.add(interleaveLow(l0, h0), interleaveLow(l1, h1));
    const u1 = i16x8.add(interleaveHigh(l0, h0), interleaveHigh(l1, h1));
    v128.store(sums, i16x8.add(v128.load(sums), u0));
    v128.store(sums, i16x8.add(v128.load(sums, 16), u1), 16);
    sums += 32;
  }
}

function interleaveLow(low: v128, high: v128): v128 {
  return i8x16.shuffle(low, high, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

function interleaveHigh(low: v128, high: v128): v128 {
  return i8x16.shuffle(low, high, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}
