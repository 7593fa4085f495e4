/**
 * Gram-Schmidt over patterns, as in src/kernels/reference-projector.ts: every sum runs in its order there, and neighbouring
 * sums lie in the lanes. A matrix is kept in panels of 16 columns, whose rows follow each other, and `size`, its number of
 * rows, is a multiple of 16:
 *
 * - the Gram matrix, whole, as 32-bit integers;
 * - the rows t_k of the triangle T, of which panel c begins with row 16 c;
 * - T transposed, of which panel c ends with row 16 c + 15. Its numbers are zero before the first call.
 */

/** Numbers in a row of a panel, and the bytes of such a row and of a block of 16 of them. */
const LANES: u32 = 16;
const ROW: usize = 128;
const BLOCK: usize = 2048;
/** With this many patterns at a time, one pass over T for all is faster than one for each. */
const MANY: u32 = 4;

/** The address of row 0 of panel c of T, as if it had the rows above row 16 c. */
function rowPanel(rows: usize, size: u32, c: usize): usize {
  return rows + BLOCK * (c * (size / LANES - 1) - (c * (c - 1)) / 2);
}

/** The address of row 0 of panel c of the transposed T. */
function columnPanel(columns: usize, c: usize): usize {
  return columns + (BLOCK / 2) * c * (c + 1);
}

/**
 * Adds the patterns from `from` to `to`, which lie in one panel, and returns the first that is not independent, or `to`.
 * `work` has room for 50 rows of `size` numbers; the coefficients z of pattern k are in row k % 16 from row 32 on.
 */
export function orthonormalise(
  gram: usize,
  rows: usize,
  columns: usize,
  size: u32,
  from: u32,
  to: u32,
  work: usize,
  least: f64,
): u32 {
  const panel: usize = from / LANES;
  const first: u32 = panel * LANES;
  const products = work;
  const parts = work + size * ROW;
  const states = parts + size * ROW;
  const product = states + size * ROW;
  const own = product + size * 8;
  const ownColumns = columnPanel(columns, panel);
  const gramPanel = gram + panel * size * (ROW / 2);
  memory.fill(states, 0, size * ROW);
  for (let at: usize = 0; at < <usize>to * ROW; at += 8) {
    store<f64>(products + at, <f64>load<i32>(gramPanel + at / 2));
  }
  // The parts of all of them along the vectors of earlier panels, and what is left.
  const isMany = to - from >= MANY;
  if (isMany) {
    for (let c: usize = 0; c < panel; c++) {
      const along = columnPanel(columns, c);
      for (let r: usize = 0; r < LANES; r++) {
        const at = parts + c * BLOCK + r * ROW;
        memory.fill(at, 0, ROW);
        addRows(at, along + r * 8, ROW, products, 0, (c + 1) * LANES);
        negate(at);
      }
    }
    for (let c: usize = 0; c < panel; c++) {
      const basis = rowPanel(rows, size, c);
      for (let k = from; k < to; k++) {
        const r: usize = k - first;
        addRows(states + r * size * 8 + c * ROW, parts + r * 8, ROW, basis, c * LANES, first);
      }
    }
  }
  for (let k = from; k < to; k++) {
    const lane: usize = k - first;
    const z = states + lane * size * 8;
    store<f64>(z + k * 8, 1);
    for (let mu: usize = 0; mu <= k; mu++) store<f64>(product + mu * 8, load<f64>(products + mu * ROW + lane * 8));
    for (let pass = 0; pass < 2; pass++) {
      const start: usize = pass == 0 && isMany ? panel : 0;
      for (let c = start; c <= panel; c++) {
        const at = own + c * ROW;
        memory.fill(at, 0, ROW);
        addRows(at, product, 8, columnPanel(columns, c), 0, min<usize>((c + 1) * LANES, k));
        negate(at);
      }
      for (let c: usize = 0; c <= panel; c++) {
        addRows(z + c * ROW, own, 8, rowPanel(rows, size, c), max(c, start) * LANES, k);
      }
      for (let c: usize = 0; c <= panel; c++) {
        multiplyWhole(product + c * ROW, z, gram + c * size * (ROW / 2), k + 1);
      }
    }
    let square: f64 = 0;
    for (let mu: usize = 0; mu <= k; mu++) square += load<f64>(z + mu * 8) * load<f64>(product + mu * 8);
    if (!(square > least)) return k;
    const length = sqrt(square);
    for (let c: usize = 0; c <= panel; c++) {
      const row = rowPanel(rows, size, c) + k * ROW;
      for (let l: usize = 0; l < LANES; l++) {
        const value = load<f64>(z + c * ROW + l * 8) / length;
        store<f64>(row + l * 8, value);
        store<f64>(ownColumns + (c * LANES + l) * ROW + lane * 8, value);
      }
    }
  }
  return to;
}

/** out[lane] += sum of factors[r] * panel[r][lane] over r from `from` to `to`; factors are `step` bytes apart. */
function addRows(out: usize, factors: usize, step: usize, panel: usize, from: usize, to: usize): void {
  let c0 = v128.load(out);
  let c1 = v128.load(out, 16);
  let c2 = v128.load(out, 32);
  let c3 = v128.load(out, 48);
  let c4 = v128.load(out, 64);
  let c5 = v128.load(out, 80);
  let c6 = v128.load(out, 96);
  let c7 = v128.load(out, 112);
  factors += from * step;
  const end = panel + to * ROW;
  for (let row = panel + from * ROW; row < end; row += ROW) {
    const factor = v128.load64_splat(factors);
    c0 = f64x2.add(c0, f64x2.mul(v128.load(row), factor));
    c1 = f64x2.add(c1, f64x2.mul(v128.load(row, 16), factor));
    c2 = f64x2.add(c2, f64x2.mul(v128.load(row, 32), factor));
    c3 = f64x2.add(c3, f64x2.mul(v128.load(row, 48), factor));
    c4 = f64x2.add(c4, f64x2.mul(v128.load(row, 64), factor));
    c5 = f64x2.add(c5, f64x2.mul(v128.load(row, 80), factor));
    c6 = f64x2.add(c6, f64x2.mul(v128.load(row, 96), factor));
    c7 = f64x2.add(c7, f64x2.mul(v128.load(row, 112), factor));
    factors += step;
  }
  v128.store(out, c0);
  v128.store(out, c1, 16);
  v128.store(out, c2, 32);
  v128.store(out, c3, 48);
  v128.store(out, c4, 64);
  v128.store(out, c5, 80);
  v128.store(out, c6, 96);
  v128.store(out, c7, 112);
}

/** out[lane] = sum of factors[r] * panel[r][lane] over the first rows of a panel of whole numbers. */
function multiplyWhole(out: usize, factors: usize, panel: usize, count: usize): void {
  let c0 = f64x2.splat(0);
  let c1 = f64x2.splat(0);
  let c2 = f64x2.splat(0);
  let c3 = f64x2.splat(0);
  let c4 = f64x2.splat(0);
  let c5 = f64x2.splat(0);
  let c6 = f64x2.splat(0);
  let c7 = f64x2.splat(0);
  const end = panel + count * (ROW / 2);
  for (let row = panel; row < end; row += ROW / 2) {
    const factor = v128.load64_splat(factors);
    c0 = f64x2.add(c0, f64x2.mul(f64x2.convert_low_i32x4_s(v128.load64_zero(row)), factor));
    c1 = f64x2.add(c1, f64x2.mul(f64x2.convert_low_i32x4_s(v128.load64_zero(row, 8)), factor));
    c2 = f64x2.add(c2, f64x2.mul(f64x2.convert_low_i32x4_s(v128.load64_zero(row, 16)), factor));
    c3 = f64x2.add(c3, f64x2.mul(f64x2.convert_low_i32x4_s(v128.load64_zero(row, 24)), factor));
    c4 = f64x2.add(c4, f64x2.mul(f64x2.convert_low_i32x4_s(v128.load64_zero(row, 32)), factor));
    c5 = f64x2.add(c5, f64x2.mul(f64x2.convert_low_i32x4_s(v128.load64_zero(row, 40)), factor));
    c6 = f64x2.add(c6, f64x2.mul(f64x2.convert_low_i32x4_s(v128.load64_zero(row, 48)), factor));
    c7 = f64x2.add(c7, f64x2.mul(f64x2.convert_low_i32x4_s(v128.load64_zero(row, 56)), factor));
    factors += 8;
  }
  v128.store(out, c0);
  v128.store(out, c1, 16);
  v128.store(out, c2, 32);
  v128.store(out, c3, 48);
  v128.store(out, c4, 64);
  v128.store(out, c5, 80);
  v128.store(out, c6, 96);
  v128.store(out, c7, 112);
}

function negate(row: usize): void {
  for (let at: usize = 0; at < ROW; at += 16) v128.store(row + at, f64x2.neg(v128.load(row + at)));
}

/**
 * Adds t_k t_k^T of the patterns from `from` to `to` to the upper triangle of `middle`, whose rows have `size` numbers: to
 * all of the blocks of 16 x 16 that it goes through.
 */
export function addOuterProducts(rows: usize, size: u32, from: u32, to: u32, middle: usize): void {
  for (let c: usize = 0; c * LANES < to; c++) {
    const panel = rowPanel(rows, size, c);
    const start = max<usize>(c * LANES, from);
    for (let b: usize = 0; b <= c; b++) {
      const factors = rowPanel(rows, size, b);
      for (let r: usize = 0; r < LANES; r++) {
        addRows(middle + ((b * LANES + r) * size + c * LANES) * 8, factors + r * 8, ROW, panel, start, to);
      }
    }
  }
}

/** Eight tables of 256 rows of four numbers, which fill the first page. */
const TABLES: usize = 8;
const TABLE_ROW: usize = 32;
const TABLE: usize = 256 * TABLE_ROW;

/**
 * diagonal[i] += sum of q_k,i^2 over the patterns k from `from` to `to`, q_k,i = sum_mu t_k,mu xi_mu,i, for `length` units,
 * a multiple of 16. Eight patterns at a time: their bits of a unit are a byte, as byteColumns writes them, and a table has
 * the sums of their coefficients by that byte, for four k. `sums` has room for four numbers a unit.
 */
export function addSquares(
  columns: usize,
  from: u32,
  to: u32,
  bytes: usize,
  length: usize,
  sums: usize,
  diagonal: usize,
): void {
  for (let k: u32 = from & ~3; k < to; k += 4) {
    const panel = columnPanel(columns, k / LANES) + (k % LANES) * 8;
    const groups: usize = k / 8 + 1;
    memory.fill(sums, 0, length * TABLE_ROW);
    for (let group: usize = 0; group < groups; group += TABLES) {
      const count = min<usize>(TABLES, groups - group);
      for (let t: usize = 0; t < count; t++) fill(panel + (group + t) * 8 * ROW, t * TABLE);
      addTables(bytes + group * length, count, length, sums);
    }
    for (let i: usize = 0; i < length; i++) {
      let sum = load<f64>(diagonal + i * 8);
      for (let lane = max(k, from) - k; lane < min<u32>(4, to - k); lane++) {
        const q = load<f64>(sums + i * TABLE_ROW + lane * 8);
        sum += q * q;
      }
      store<f64>(diagonal + i * 8, sum);
    }
  }
}

/** The table of eight rows of coefficients, four of each: row b has those whose bit of b is 0 with a minus. */
function fill(rows: usize, table: usize): void {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let at = rows; at < rows + 8 * ROW; at += ROW) {
    low = f64x2.sub(low, v128.load(at));
    high = f64x2.sub(high, v128.load(at, 16));
  }
  v128.store(table, low);
  v128.store(table, high, 16);
  for (let half: usize = TABLE_ROW; half < TABLE; half *= 2) {
    low = v128.load(rows);
    low = f64x2.add(low, low);
    high = v128.load(rows, 16);
    high = f64x2.add(high, high);
    for (const end = table + half; table < end; table += TABLE_ROW) {
      v128.store(table + half, f64x2.add(v128.load(table), low));
      v128.store(table + half, f64x2.add(v128.load(table, 16), high), 16);
    }
    table -= half;
    rows += ROW;
  }
}

/** Adds the rows that the bytes of each unit name, table after table. */
function addTables(bytes: usize, count: usize, length: usize, sums: usize): void {
  const end = bytes + length;
  if (count < TABLES) {
    for (; bytes < end; bytes++) {
      let low = v128.load(sums);
      let high = v128.load(sums, 16);
      for (let t: usize = 0; t < count; t++) {
        const row = t * TABLE + <usize>load<u8>(bytes + t * length) * TABLE_ROW;
        low = f64x2.add(low, v128.load(row));
        high = f64x2.add(high, v128.load(row, 16));
      }
      v128.store(sums, low);
      v128.store(sums, high, 16);
      sums += TABLE_ROW;
    }
    return;
  }
  for (; bytes < end; bytes++) {
    let low = v128.load(sums);
    let high = v128.load(sums, 16);
    let byte = bytes;
    for (let table: usize = 0; table < TABLES * TABLE; table += TABLE) {
      const row = table + <usize>load<u8>(byte) * TABLE_ROW;
      low = f64x2.add(low, v128.load(row));
      high = f64x2.add(high, v128.load(row, 16));
      byte += length;
    }
    v128.store(sums, low);
    v128.store(sums, high, 16);
    sums += TABLE_ROW;
  }
}
