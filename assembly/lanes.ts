/**
 * Between row-major numbers, one row a state, and the lanes of `product.ts`, one row of lanes a column. Lanes and rows
 * without a number get zeros, which add nothing; rows come in chunks of 64.
 */
import { held } from "./constants";

/** Bytes of a row of lanes. */
const ROW: usize = 32;

/**
 * The spins of 32 states as 8-bit lanes. Row i of `bits`, 16 bytes from the next, begins with the 32 bits of unit i;
 * the lanes beyond the last state hold an arbitrary spin that is not read.
 */
export function spreadSpins(bits: usize, columns: u32, values: usize): void {
  const mask = held(i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128));
  const minus = i8x16.splat(-1);
  for (let i: u32 = 0; i < columns; i++) {
    const spins = v128.load32_splat(bits);
    const low = i8x16.shuffle(spins, spins, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
    const high = i8x16.shuffle(spins, spins, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3);
    const lowOn = i8x16.eq(v128.and(low, mask), mask);
    const highOn = i8x16.eq(v128.and(high, mask), mask);
    // "On" is -1 or 0: the spin is -1 - 2 on.
    v128.store(values, i8x16.sub(minus, i8x16.add(lowOn, lowOn)));
    v128.store(values, i8x16.sub(minus, i8x16.add(highOn, highOn)), 16);
    bits += 16;
    values += ROW;
  }
  memory.fill(values, 0, ((64 - (columns & 63)) & 63) * ROW);
}

/** overlaps[lane * rows + mu] = 2 u - columns, from the 16-bit u of product8. */
export function gatherOverlaps(sums: usize, rows: u32, lanes: u32, columns: i32, overlaps: usize): void {
  for (let lane: u32 = 0; lane < lanes; lane++) {
    let from = sums + 2 * lane;
    for (let mu: u32 = 0; mu < rows; mu++) {
      store<i32>(overlaps, 2 * <i32>load<u16>(from) - columns);
      from += 2 * ROW;
      overlaps += 4;
    }
  }
}

/**
 * The 16-bit lanes of up to 16 rows of 32-bit `numbers`, each shifted right, and at `weights` each lane's sum of
 * magnitudes (32 bits). With `width` 2, the one lane of product16OfOne. Returns 0 where a number or a chunk does not fit
 * in 16 bits.
 */
export function spread16(
  numbers: usize,
  count: u32,
  lanes: u32,
  shift: i32,
  values: usize,
  width: usize,
  weights: usize,
): i32 {
  memory.fill(values, 0, ((count + 63) & ~63) * width);
  memory.fill(weights, 0, 2 * width);
  for (let lane: u32 = 0; lane < lanes; lane++) {
    let weight = 0;
    let chunk = 0;
    for (let mu: u32 = 0; mu < count; mu++) {
      const number = load<i32>(numbers) >> shift;
      const magnitude = abs(number);
      chunk = (mu & 63) == 0 ? magnitude : chunk + magnitude;
      if (magnitude > 32767 || chunk > 65535) return 0;
      weight += magnitude;
      store<i16>(values + mu * width + lane * 2, <i16>number);
      numbers += 4;
    }
    store<i32>(weights + lane * 4, weight);
  }
  return 1;
}

/** The 32-bit lanes of up to 8 rows of numbers. */
export function spread32(numbers: usize, count: u32, lanes: u32, shift: i32, values: usize, weights: usize): void {
  memory.fill(values, 0, ((count + 63) & ~63) * ROW);
  memory.fill(weights, 0, ROW);
  for (let lane: u32 = 0; lane < lanes; lane++) {
    let weight = 0;
    for (let mu: u32 = 0; mu < count; mu++) {
      const number = load<i32>(numbers) >> shift;
      weight += abs(number);
      store<i32>(values + mu * ROW + lane * 4, number);
      numbers += 4;
    }
    store<i32>(weights + lane * 4, weight);
  }
}

/** The float64 lanes of up to 4 rows of numbers. */
export function spread64(numbers: usize, count: u32, lanes: u32, values: usize, weights: usize): void {
  memory.fill(values, 0, ((count + 63) & ~63) * ROW);
  memory.fill(weights, 0, ROW);
  for (let lane: u32 = 0; lane < lanes; lane++) {
    let weight: f64 = 0;
    for (let mu: u32 = 0; mu < count; mu++) {
      const number = load<f64>(numbers);
      weight += abs(number);
      store<f64>(values + mu * ROW + lane * 8, number);
      numbers += 8;
    }
    store<f64>(weights + lane * 8, weight);
  }
}
