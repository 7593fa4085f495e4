/**
 * Products of a matrix of bits (read as spins) with columns of numbers, by the method of four Russians (Arlazarov,
 * Dinic, Kronrod and Faradzev 1970): eight columns of bits form a byte, and a table holds, for each of the 256 bytes,
 * the sum that those eight columns contribute. The states of a batch lie side by side in the lanes of two registers, so
 * that a byte is looked up once for all of them.
 *
 * With a_k the numbers and x_k the spins of a row, a table sums the weight on the positive side,
 *
 *   u = sum of |a_k| over the k with x_k a_k > 0,   so that   sum_k a_k x_k = 2 u - sum_k |a_k|.
 *
 * u never leaves [0, sum |a_k|]: unsigned lanes hold it exactly as long as they hold that sum, at every step.
 *
 * Eight tables, for the 64 columns of a chunk, are in use at a time. They fill the first page of the memory, so that
 * their addresses are constants.
 */

/** Bytes of a row of lanes in a table. */
const ROW: usize = 32;
const TABLE: usize = 256 * ROW;
const T1: usize = TABLE;
const T2: usize = 2 * TABLE;
const T3: usize = 3 * TABLE;
const T4: usize = 4 * TABLE;
const T5: usize = 5 * TABLE;
const T6: usize = 6 * TABLE;
const T7: usize = 7 * TABLE;
/** Bytes of the numbers of a chunk. */
const CHUNK: usize = 64 * ROW;

/**
 * out[row][lane] (16 bits) = u of 32 lanes of 8-bit `values`, each -1, 0 or +1. `values` has 64 rows of lanes a chunk;
 * `sums` has room for one row of lanes per row of bits.
 */
export function product8(
  bits: usize,
  stride: usize,
  rows: u32,
  values: usize,
  chunks: u32,
  sums: usize,
  out: usize,
): void {
  memory.fill(sums, 0, rows * ROW);
  memory.fill(out, 0, rows * 2 * ROW);
  for (let c: u32 = 1; c <= chunks; c++) {
    fill<i8>(values);
    sum<i8>(bits, stride, rows, sums);
    // Four chunks of 64 could count to 256.
    if (c % 3 == 0 || c == chunks) widen<u8>(sums, rows, out);
    bits += 8;
    values += CHUNK;
  }
}

/** out[row][lane] (32 bits) = u of 16 lanes of 16-bit `values`, of which no chunk may weigh more than 65535. */
export function product16(
  bits: usize,
  stride: usize,
  rows: u32,
  values: usize,
  chunks: u32,
  sums: usize,
  out: usize,
): void {
  memory.fill(sums, 0, rows * ROW);
  memory.fill(out, 0, rows * 2 * ROW);
  let room0 = i16x8.splat(-1);
  let room1 = i16x8.splat(-1);
  for (let c: u32 = 0; c < chunks; c++) {
    const weight0 = chunkWeight(values);
    const weight1 = chunkWeight(values + 16);
    if (v128.any_true(v128.or(i16x8.gt_u(weight0, room0), i16x8.gt_u(weight1, room1)))) {
      widen<u16>(sums, rows, out);
      room0 = i16x8.splat(-1);
      room1 = i16x8.splat(-1);
    }
    room0 = i16x8.sub(room0, weight0);
    room1 = i16x8.sub(room1, weight1);
    fill<i16>(values);
    sum<i16>(bits, stride, rows, sums);
    bits += 8;
    values += CHUNK;
  }
  widen<u16>(sums, rows, out);
}

/** out[row][lane] (32 bits) = u of 8 lanes of 32-bit `values`. */
export function product32(bits: usize, stride: usize, rows: u32, values: usize, chunks: u32, out: usize): void {
  product<i32>(bits, stride, rows, values, chunks, out);
}

/** out[row][lane] (float64) = u of 4 lanes of float64 `values` that are on a common grid. */
export function product64(bits: usize, stride: usize, rows: u32, values: usize, chunks: u32, out: usize): void {
  product<f64>(bits, stride, rows, values, chunks, out);
}

function product<T>(bits: usize, stride: usize, rows: u32, values: usize, chunks: u32, out: usize): void {
  memory.fill(out, 0, rows * ROW);
  for (let c: u32 = 0; c < chunks; c++) {
    fill<T>(values);
    sum<T>(bits, stride, rows, out);
    bits += 8;
    values += CHUNK;
  }
}

/** Fills the tables of a chunk by doubling: rows 2^k to 2^(k+1) - 1 are the first 2^k rows plus number k. */
function fill<T>(values: usize): void {
  const zero = i8x16.splat(0);
  for (let table: usize = 0; table < 8 * TABLE; table += TABLE) {
    let negative0 = zero;
    let negative1 = zero;
    for (let at = values; at < values + 8 * ROW; at += ROW) {
      negative0 = v128.sub<T>(negative0, v128.min<T>(v128.load(at), zero));
      negative1 = v128.sub<T>(negative1, v128.min<T>(v128.load(at, 16), zero));
    }
    v128.store(table, negative0);
    v128.store(table, negative1, 16);
    for (let size = ROW; size < TABLE; size *= 2) {
      const a0 = v128.load(values);
      const a1 = v128.load(values, 16);
      for (let row = table; row < table + size; row += ROW) {
        v128.store(row + size, v128.add<T>(v128.load(row), a0));
        v128.store(row + size, v128.add<T>(v128.load(row, 16), a1), 16);
      }
      values += ROW;
    }
  }
}

/** Adds, for every row of bits, the table rows that its eight bytes name. */
function sum<T>(bits: usize, stride: usize, rows: u32, sums: usize): void {
  for (const end = sums + rows * ROW; sums < end; sums += ROW) {
    let u0 = v128.load(sums);
    let u1 = v128.load(sums, 16);
    // Written out, because then the tables' addresses go into the instructions.
    let row: usize;
    row = (<usize>load<u8>(bits)) << 5;
    u0 = v128.add<T>(u0, v128.load(row));
    u1 = v128.add<T>(u1, v128.load(row, 16));
    row = (<usize>load<u8>(bits, 1)) << 5;
    u0 = v128.add<T>(u0, v128.load(row, T1));
    u1 = v128.add<T>(u1, v128.load(row, T1 + 16));
    row = (<usize>load<u8>(bits, 2)) << 5;
    u0 = v128.add<T>(u0, v128.load(row, T2));
    u1 = v128.add<T>(u1, v128.load(row, T2 + 16));
    row = (<usize>load<u8>(bits, 3)) << 5;
    u0 = v128.add<T>(u0, v128.load(row, T3));
    u1 = v128.add<T>(u1, v128.load(row, T3 + 16));
    row = (<usize>load<u8>(bits, 4)) << 5;
    u0 = v128.add<T>(u0, v128.load(row, T4));
    u1 = v128.add<T>(u1, v128.load(row, T4 + 16));
    row = (<usize>load<u8>(bits, 5)) << 5;
    u0 = v128.add<T>(u0, v128.load(row, T5));
    u1 = v128.add<T>(u1, v128.load(row, T5 + 16));
    row = (<usize>load<u8>(bits, 6)) << 5;
    u0 = v128.add<T>(u0, v128.load(row, T6));
    u1 = v128.add<T>(u1, v128.load(row, T6 + 16));
    row = (<usize>load<u8>(bits, 7)) << 5;
    u0 = v128.add<T>(u0, v128.load(row, T7));
    u1 = v128.add<T>(u1, v128.load(row, T7 + 16));
    v128.store(sums, u0);
    v128.store(sums, u1, 16);
    bits += stride;
  }
}

/** Moves unsigned sums of type T over to `out`, of twice their width, and starts them at zero again. */
export function widen<T>(sums: usize, rows: u32, out: usize): void {
  for (const end = sums + rows * ROW; sums < end; sums += 16) {
    const lanes = v128.load(sums);
    v128.store(sums, i8x16.splat(0));
    if (sizeof<T>() == 1) {
      v128.store(out, i16x8.add(v128.load(out), i16x8.extend_low_i8x16_u(lanes)));
      v128.store(out, i16x8.add(v128.load(out, 16), i16x8.extend_high_i8x16_u(lanes)), 16);
    } else {
      v128.store(out, i32x4.add(v128.load(out), i32x4.extend_low_i16x8_u(lanes)));
      v128.store(out, i32x4.add(v128.load(out, 16), i32x4.extend_high_i16x8_u(lanes)), 16);
    }
    out += 32;
  }
}

/** The sums of magnitudes of eight 16-bit lanes over a chunk. */
function chunkWeight(values: usize): v128 {
  let weight = i16x8.splat(0);
  for (let at = values; at < values + CHUNK; at += ROW) weight = i16x8.add(weight, i16x8.abs(v128.load(at)));
  return weight;
}
