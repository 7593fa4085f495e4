/**
 * Products of a matrix of bits (read as spins) with columns of numbers, by the method of four Russians (Arlazarov,
 * Dinic, Kronrod and Faradzev 1970): eight columns of bits form a byte, and a table holds, for each of the 256 bytes,
 * the sum that those eight columns contribute. The states of a batch lie side by side in the lanes of the registers,
 * so that a byte is looked up once for all of them.
 *
 * With a_k the numbers and x_k the spins of a row, a table sums the weight on the positive side,
 *
 *   u = sum of |a_k| over the k with x_k a_k > 0,   so that   sum_k a_k x_k = 2 u - sum_k |a_k|.
 *
 * u never leaves [0, sum |a_k|]: unsigned lanes hold it exactly as long as they hold that sum, at every step.
 */

/** Bytes of a table's row: four registers. */
const ROW: usize = 64;
const TABLE: usize = 256 * ROW;
/** Tables that are in use at a time: half a megabyte, to stay in the second-level cache. */
const CHUNK: u32 = 32;

/**
 * out[row][lane] (16 bits) = u of 64 lanes of 8-bit `values`, each -1, 0 or +1. `values` has eight rows of 64 bytes a
 * group, `tables` room for 32 tables.
 */
export function product8(
  bits: usize,
  stride: usize,
  rows: u32,
  values: usize,
  groups: u32,
  tables: usize,
  out: usize,
): void {
  memory.fill(out, 0, rows * 2 * ROW);
  // 31 groups of at most 8 are the most that 8 bits can count.
  for (let from: u32 = 0; from < groups; from += 31) {
    const count = min<u32>(31, groups - from);
    fill<i8>(tables, values + from * 8 * ROW, count);
    for (let r: u32 = 0; r < rows; r++) sum<i8>(tables, bits + r * stride + from, count, out + r * 2 * ROW);
  }
}

/** out[row][lane] (32 bits) = u of 32 lanes of 16-bit `values`, of which no group may weigh more than 65535. */
export function product16(
  bits: usize,
  stride: usize,
  rows: u32,
  values: usize,
  groups: u32,
  tables: usize,
  out: usize,
): void {
  memory.fill(out, 0, rows * 2 * ROW);
  let from: u32 = 0;
  while (from < groups) {
    const count = groupsWithin16(values + from * 8 * ROW, min<u32>(CHUNK, groups - from));
    fill<i16>(tables, values + from * 8 * ROW, count);
    for (let r: u32 = 0; r < rows; r++) sum<i16>(tables, bits + r * stride + from, count, out + r * 2 * ROW);
    from += count;
  }
}

/** out[row][lane] (32 bits) = u of 16 lanes of 32-bit `values`. */
export function product32(
  bits: usize,
  stride: usize,
  rows: u32,
  values: usize,
  groups: u32,
  tables: usize,
  out: usize,
): void {
  memory.fill(out, 0, rows * ROW);
  for (let from: u32 = 0; from < groups; from += CHUNK) {
    const count = min<u32>(CHUNK, groups - from);
    fill<i32>(tables, values + from * 8 * ROW, count);
    for (let r: u32 = 0; r < rows; r++) sum<i32>(tables, bits + r * stride + from, count, out + r * ROW);
  }
}

/** out[row][lane] (float64) = u of 8 lanes of float64 `values` that are on a common grid. */
export function product64(
  bits: usize,
  stride: usize,
  rows: u32,
  values: usize,
  groups: u32,
  tables: usize,
  out: usize,
): void {
  memory.fill(out, 0, rows * ROW);
  for (let from: u32 = 0; from < groups; from += CHUNK) {
    const count = min<u32>(CHUNK, groups - from);
    fill<f64>(tables, values + from * 8 * ROW, count);
    for (let r: u32 = 0; r < rows; r++) sum<f64>(tables, bits + r * stride + from, count, out + r * ROW);
  }
}

/** The product32 of one lane: `values` holds 8 numbers a group, `tables` has room for 256 a group. */
export function lookup32(
  bits: usize,
  stride: usize,
  rows: u32,
  values: usize,
  groups: u32,
  tables: usize,
  out: usize,
): void {
  lookup<i32>(bits, stride, rows, values, groups, tables, out);
}

/** The product64 of one lane. */
export function lookup64(
  bits: usize,
  stride: usize,
  rows: u32,
  values: usize,
  groups: u32,
  tables: usize,
  out: usize,
): void {
  lookup<f64>(bits, stride, rows, values, groups, tables, out);
}

/** Fills `count` tables by doubling: the rows 2^k to 2^(k+1) - 1 are the first 2^k rows plus number k. */
function fill<T>(tables: usize, values: usize, count: u32): void {
  for (let g: u32 = 0; g < count; g++) {
    for (let part: usize = 0; part < ROW; part += 16) {
      let negative = i8x16.splat(0);
      for (let k: usize = 0; k < 8; k++) {
        negative = v128.sub<T>(negative, v128.min<T>(v128.load(values + k * ROW + part), i8x16.splat(0)));
      }
      v128.store(tables + part, negative);
    }
    for (let k: usize = 0; k < 8; k++) {
      const a0 = v128.load(values + k * ROW);
      const a1 = v128.load(values + k * ROW, 16);
      const a2 = v128.load(values + k * ROW, 32);
      const a3 = v128.load(values + k * ROW, 48);
      const size = ROW << k;
      for (let row = tables; row < tables + size; row += ROW) {
        v128.store(row + size, v128.add<T>(v128.load(row), a0));
        v128.store(row + size, v128.add<T>(v128.load(row, 16), a1), 16);
        v128.store(row + size, v128.add<T>(v128.load(row, 32), a2), 32);
        v128.store(row + size, v128.add<T>(v128.load(row, 48), a3), 48);
      }
    }
    tables += TABLE;
    values += 8 * ROW;
  }
}

/** Adds the table rows that the bytes at `bits` name to the sums at `out`. */
function sum<T>(tables: usize, bits: usize, count: u32, out: usize): void {
  let u0 = i8x16.splat(0);
  let u1 = i8x16.splat(0);
  let u2 = i8x16.splat(0);
  let u3 = i8x16.splat(0);
  for (let g: u32 = 0; g < count; g++) {
    const row = tables + ((<usize>load<u8>(bits + g)) << 6);
    u0 = v128.add<T>(u0, v128.load(row));
    u1 = v128.add<T>(u1, v128.load(row, 16));
    u2 = v128.add<T>(u2, v128.load(row, 32));
    u3 = v128.add<T>(u3, v128.load(row, 48));
    tables += TABLE;
  }
  if (sizeof<T>() < 4) {
    addWide<T>(out, u0);
    addWide<T>(out + 32, u1);
    addWide<T>(out + 64, u2);
    addWide<T>(out + 96, u3);
  } else {
    v128.store(out, v128.add<T>(v128.load(out), u0));
    v128.store(out, v128.add<T>(v128.load(out, 16), u1), 16);
    v128.store(out, v128.add<T>(v128.load(out, 32), u2), 32);
    v128.store(out, v128.add<T>(v128.load(out, 48), u3), 48);
  }
}

/** Adds unsigned lanes to lanes of twice their width. */
function addWide<T>(out: usize, lanes: v128): void {
  if (sizeof<T>() == 1) {
    v128.store(out, i16x8.add(v128.load(out), i16x8.extend_low_i8x16_u(lanes)));
    v128.store(out, i16x8.add(v128.load(out, 16), i16x8.extend_high_i8x16_u(lanes)), 16);
  } else {
    v128.store(out, i32x4.add(v128.load(out), i32x4.extend_low_i16x8_u(lanes)));
    v128.store(out, i32x4.add(v128.load(out, 16), i32x4.extend_high_i16x8_u(lanes)), 16);
  }
}

/** How many of the first `most` groups weigh, together, no more than 65535 in any lane; at least one. */
function groupsWithin16(values: usize, most: u32): u32 {
  let count = most;
  for (let lane: usize = 0; lane < ROW; lane += 2) {
    let weight: u32 = 0;
    for (let g: u32 = 0; g < count; g++) {
      for (let k: u32 = 0; k < 8; k++) weight += abs<i32>(load<i16>(values + (g * 8 + k) * ROW + lane));
      if (weight > 65535) count = g;
    }
  }
  return count;
}

function lookup<T>(bits: usize, stride: usize, rows: u32, values: usize, groups: u32, tables: usize, out: usize): void {
  const table: usize = 256 * sizeof<T>();
  for (let g: u32 = 0; g < groups; g++) {
    const to = tables + g * table;
    let negative: T = 0;
    for (let k: usize = 0; k < 8; k++) negative -= min<T>(0, load<T>(values + (g * 8 + k) * sizeof<T>()));
    store<T>(to, negative);
    for (let k: usize = 0; k < 8; k++) {
      const value = load<T>(values + (g * 8 + k) * sizeof<T>());
      const size = sizeof<T>() << k;
      for (let at = to; at < to + size; at += sizeof<T>()) store<T>(at + size, load<T>(at) + value);
    }
  }
  for (let r: u32 = 0; r < rows; r++) {
    let u: T = 0;
    let at = tables;
    for (let g: u32 = 0; g < groups; g++) {
      u += load<T>(at + <usize>load<u8>(bits + g) * sizeof<T>());
      at += table;
    }
    store<T>(out + r * sizeof<T>(), u);
    bits += stride;
  }
}
