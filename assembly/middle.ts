/** The p x p matrix between the patterns. Sums that can round run in the order of the formula, lane by lane. */

/**
 * out[mu] = sum_nu middle[nu][mu] * factors[nu], over nu in rising order, rounding after every product and sum.
 * `stride` counts the bytes of a row of `middle`, whose length is a multiple of 16 numbers, as are those of the vectors.
 */
export function multiply(middle: usize, stride: usize, count: u32, factors: usize, out: usize): void {
  for (let column: usize = 0; column < stride; column += 128) {
    let c0 = f64x2.splat(0);
    let c1 = f64x2.splat(0);
    let c2 = f64x2.splat(0);
    let c3 = f64x2.splat(0);
    let c4 = f64x2.splat(0);
    let c5 = f64x2.splat(0);
    let c6 = f64x2.splat(0);
    let c7 = f64x2.splat(0);
    let row = middle + column;
    for (let nu: u32 = 0; nu < count; nu++) {
      const factor = v128.load64_splat(factors + nu * 8);
      c0 = f64x2.add(c0, f64x2.mul(v128.load(row), factor));
      c1 = f64x2.add(c1, f64x2.mul(v128.load(row, 16), factor));
      c2 = f64x2.add(c2, f64x2.mul(v128.load(row, 32), factor));
      c3 = f64x2.add(c3, f64x2.mul(v128.load(row, 48), factor));
      c4 = f64x2.add(c4, f64x2.mul(v128.load(row, 64), factor));
      c5 = f64x2.add(c5, f64x2.mul(v128.load(row, 80), factor));
      c6 = f64x2.add(c6, f64x2.mul(v128.load(row, 96), factor));
      c7 = f64x2.add(c7, f64x2.mul(v128.load(row, 112), factor));
      row += stride;
    }
    const to = out + column;
    v128.store(to, c0);
    v128.store(to, c1, 16);
    v128.store(to, c2, 32);
    v128.store(to, c3, 48);
    v128.store(to, c4, 64);
    v128.store(to, c5, 80);
    v128.store(to, c6, 96);
    v128.store(to, c7, 112);
  }
}

/** `roundToGrid` of src/math/grid.ts, step for step; the caller sees to it that the magnitude is at most 2^900. */
export function roundToGrid(values: usize, count: u32): void {
  const end = values + count * 8;
  let magnitude: f64 = 0;
  for (let at = values; at < end; at += 8) magnitude += abs(load<f64>(at));
  const shift = gridShift(magnitude);
  for (let at = values; at < end; at += 8) store<f64>(at, load<f64>(at) + shift - shift);
}

/** `gridShift` of src/math/grid.ts. */
export function gridShift(magnitude: f64): f64 {
  const least = reinterpret<f64>((<u64>(1023 - 900)) << 52); // 2^-900
  let power: f64 = 1;
  while (power < magnitude) power *= 2;
  while (power * 0.5 >= magnitude && power > least) power *= 0.5;
  return power * 3; // power * 2^-51 * 1.5 * 2^52
}
