/**
 * Between row-major numbers, one row a state, and the lanes of `product.ts`, one row of lanes a column. Lanes and rows
 * without a number get zeros, which weigh nothing.
 */

/** Bytes of a row of lanes. */
const ROW: usize = 64;

/**
 * The spins of 64 states as 8-bit lanes. `bits` are the transposed states: row i holds the bits of unit i; the lanes
 * beyond the last state hold some spin that nobody reads.
 */
export function spreadSpins(bits: usize, stride: usize, columns: u32, values: usize): void {
  const mask = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  for (let i: u32 = 0; i < columns; i++) {
    const spins = v128.load64_splat(bits);
    for (let part: i32 = 0; part < 4; part++) {
      // Bytes 2 * part and 2 * part + 1, eight times each.
      const low = i8x16.splat(<i8>(2 * part));
      const index = i8x16.add(low, i8x16(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1));
      const on = i8x16.eq(v128.and(i8x16.swizzle(spins, index), mask), mask);
      // `on` is 0 or -1: the spin is -1 - 2 on.
      v128.store(values + 16 * part, i8x16.sub(i8x16.splat(-1), i8x16.add(on, on)));
    }
    bits += stride;
    values += ROW;
  }
  memory.fill(values, 0, ((8 - (columns & 7)) & 7) * ROW);
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
 * The 16-bit lanes of up to 32 rows of 32-bit `numbers`, each shifted right, and at `weights` each lane's sum of
 * magnitudes (32 bits). Returns 0 where a number or a group of eight does not fit in what product16 can hold.
 */
export function spread16(numbers: usize, count: u32, lanes: u32, shift: i32, values: usize, weights: usize): i32 {
  memory.fill(values, 0, ((count + 7) & ~7) * ROW);
  memory.fill(weights, 0, 2 * ROW);
  for (let lane: u32 = 0; lane < lanes; lane++) {
    let weight = 0;
    let group = 0;
    for (let mu: u32 = 0; mu < count; mu++) {
      const number = load<i32>(numbers) >> shift;
      const magnitude = abs(number);
      group = (mu & 7) == 0 ? magnitude : group + magnitude;
      if (magnitude > 32767 || group > 65535) return 0;
      weight += magnitude;
      store<i16>(values + mu * ROW + lane * 2, <i16>number);
      numbers += 4;
    }
    store<i32>(weights + lane * 4, weight);
  }
  return 1;
}

/** The 32-bit lanes of up to 16 rows of numbers; with `width` 4, the one lane of lookup32. */
export function spread32(
  numbers: usize,
  count: u32,
  lanes: u32,
  shift: i32,
  values: usize,
  width: usize,
  weights: usize,
): void {
  memory.fill(values, 0, ((count + 7) & ~7) * width);
  memory.fill(weights, 0, width);
  for (let lane: u32 = 0; lane < lanes; lane++) {
    let weight = 0;
    for (let mu: u32 = 0; mu < count; mu++) {
      const number = load<i32>(numbers) >> shift;
      weight += abs(number);
      store<i32>(values + mu * width + lane * 4, number);
      numbers += 4;
    }
    store<i32>(weights + lane * 4, weight);
  }
}

/** The float64 lanes of up to 8 rows of numbers; with `width` 8, the one lane of lookup64. */
export function spread64(numbers: usize, count: u32, lanes: u32, values: usize, width: usize, weights: usize): void {
  memory.fill(values, 0, ((count + 7) & ~7) * width);
  memory.fill(weights, 0, width);
  for (let lane: u32 = 0; lane < lanes; lane++) {
    let weight: f64 = 0;
    for (let mu: u32 = 0; mu < count; mu++) {
      const number = load<f64>(numbers);
      weight += abs(number);
      store<f64>(values + mu * width + lane * 8, number);
      numbers += 8;
    }
    store<f64>(weights + lane * 8, weight);
  }
}
