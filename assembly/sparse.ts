/**
 * Couplings stored row by row, entries starts[i] ... starts[i + 1] - 1 for row i: the unit of each at `columns`, 32 bits, and
 * its weight, float64 on a grid. Every sum is exact, in any order.
 */
import { flip, limitOf, moves } from "./walk";

/** out = W s, for float64 spins. */
export function sparseFields(
  starts: usize,
  columns: usize,
  weights: usize,
  units: u32,
  spins: usize,
  out: usize,
): void {
  let k = load<u32>(starts);
  for (let i: u32 = 0; i < units; i++) {
    const end = load<u32>(starts + i * 4, 4);
    let even: f64 = 0;
    let odd: f64 = 0;
    for (; k + 1 < end; k += 2) {
      even += load<f64>(weights + k * 8) * load<f64>(spins + load<u32>(columns + k * 4) * 8);
      odd += load<f64>(weights + k * 8, 8) * load<f64>(spins + load<u32>(columns + k * 4, 4) * 8);
    }
    if (k < end) even += load<f64>(weights + k * 8) * load<f64>(spins + load<u32>(columns + k * 4) * 8);
    k = end;
    store<f64>(out + i * 8, even + odd);
  }
}

/** fields += change times the entries of row j, of the transposed W. */
function addEntries(starts: usize, columns: usize, weights: usize, j: u32, change: f64, fields: usize): void {
  const end = load<u32>(starts + j * 4, 4);
  for (let k = load<u32>(starts + j * 4); k < end; k++) {
    const at = fields + load<u32>(columns + k * 4) * 8;
    store<f64>(at, load<f64>(at) + change * load<f64>(weights + k * 8));
  }
}

/** Brings W s up to date where the state at `before`, of `words` words, becomes that at `after`; see `sparseVisit`. */
export function sparseFlips(
  before: usize,
  after: usize,
  words: u32,
  starts: usize,
  columns: usize,
  weights: usize,
  fields: usize,
): void {
  for (let w: u32 = 0; w < words; w++) {
    const now = load<u32>(after + w * 4);
    for (let changed = now ^ load<u32>(before + w * 4); changed != 0; changed &= changed - 1) {
      const bit = ctz(changed);
      addEntries(starts, columns, weights, w * 32 + bit, <f64>(<i32>((now >> bit) & 1) * 4 - 2), fields);
    }
  }
}

/**
 * Visits `count` units in turn, like `fractionVisit`. `fields` is kept at W s: a flip of unit j adds 2 s_j times column j of
 * W, which is row j of the entries here.
 */
export function sparseVisit(
  order: usize,
  thresholds: usize,
  noise: usize,
  count: u32,
  state: usize,
  starts: usize,
  columns: usize,
  weights: usize,
  fields: usize,
  margin: f64,
): u32 {
  let flips = 0;
  for (let k: u32 = 0; k < count; k++) {
    const i = load<u32>(order + k * 4);
    if (!moves(state, i, load<f64>(fields + i * 8), limitOf(thresholds, noise, i, k), margin)) continue;
    addEntries(starts, columns, weights, i, 2 * flip(state, i), fields);
    flips++;
  }
  return flips;
}
