/** From the sums u of `product.ts` to fields and to units. */
import { held } from "./constants";

/**
 * out[lane * units + i] = (((2 u - weight) << shift) - d_i s_i) / divisor, with 32-bit u. `width` is the number of lanes
 * from unit to unit; `diagonal` is 0 for none; row `lane` of `states` holds the s_i.
 */
export function wholeFields(
  sums: usize,
  units: u32,
  width: usize,
  lanes: u32,
  weights: usize,
  shift: i32,
  states: usize,
  stride: usize,
  diagonal: usize,
  divisor: f64,
  out: usize,
): void {
  for (let lane: u32 = 0; lane < lanes; lane++) {
    const weight = load<i32>(weights + lane * 4);
    let from = sums + lane * 4;
    for (let i: u32 = 0; i < units; i++) {
      let votes = <f64>((2 * load<i32>(from) - weight) << shift);
      if (diagonal != 0) votes -= load<f64>(diagonal + i * 8) * spinAt(states, i);
      store<f64>(out, votes / divisor);
      from += width * 4;
      out += 8;
    }
    states += stride;
  }
}

/** The same with float64 u. */
export function fractionFields(
  sums: usize,
  units: u32,
  width: usize,
  lanes: u32,
  weights: usize,
  states: usize,
  stride: usize,
  diagonal: usize,
  divisor: f64,
  out: usize,
): void {
  for (let lane: u32 = 0; lane < lanes; lane++) {
    const weight = load<f64>(weights + lane * 8);
    let from = sums + lane * 8;
    for (let i: u32 = 0; i < units; i++) {
      let votes = 2 * load<f64>(from) - weight;
      if (diagonal != 0) votes -= load<f64>(diagonal + i * 8) * spinAt(states, i);
      store<f64>(out, votes / divisor);
      from += width * 8;
      out += 8;
    }
    states += stride;
  }
}

/**
 * The signs of whole-numbered fields, sgn(0) = +1, for `width` (8 or 16) lanes of 32-bit u: bit `lane` of row i of `out`
 * is set where ((2 u - weight) << shift) - d_i s_i >= 0. Row i of `spins` has the lanes' bits of unit i; rows of bits are
 * 16 bytes apart; `diagonal` holds 32-bit numbers.
 */
export function wholeSigns(
  sums: usize,
  units: u32,
  width: usize,
  weights: usize,
  shift: i32,
  spins: usize,
  diagonal: usize,
  out: usize,
): void {
  const mask = held(i32x4(1, 2, 4, 8));
  const next = held(i32x4(16, 32, 64, 128));
  for (let i: u32 = 0; i < units; i++) {
    const d = v128.load32_splat(diagonal);
    for (let lane: usize = 0; lane < width; lane += 8) {
      const bits = i32x4.splat(load<u8>(spins + (lane >> 3)));
      const weight = weights + lane * 4;
      const s0 = signs(sums, v128.load(weight), shift, bits, mask, d);
      const s1 = signs(sums + 16, v128.load(weight, 16), shift, bits, next, d);
      store<u8>(out + (lane >> 3), <u8>i16x8.bitmask(i16x8.narrow_i32x4_s(s0, s1)));
      sums += 32;
    }
    spins += 16;
    diagonal += 4;
    out += 16;
  }
}

/** The same for one state, its units side by side: `spins` is the row of its bits, `out` that of the new ones. */
export function wholeSignsOfOne(
  sums: usize,
  units: u32,
  weights: usize,
  shift: i32,
  spins: usize,
  diagonal: usize,
  out: usize,
  stride: usize,
): void {
  const mask = held(i32x4(1, 2, 4, 8));
  const next = held(i32x4(16, 32, 64, 128));
  const weight = v128.load32_splat(weights);
  memory.fill(out, 0, stride);
  for (let i: u32 = 0; i < units; i += 8) {
    const bits = i32x4.splat(load<u8>(spins + (i >> 3)));
    const from = sums + i * 4;
    const d = diagonal + i * 4;
    const s0 = signs(from, weight, shift, bits, mask, v128.load(d));
    const s1 = signs(from + 16, weight, shift, bits, next, v128.load(d, 16));
    const beyond = units - i < 8 ? (1 << (units - i)) - 1 : 255;
    store<u8>(out + (i >> 3), <u8>(i16x8.bitmask(i16x8.narrow_i32x4_s(s0, s1)) & beyond));
  }
}

/** Lanes of -1 where ((2 u - weight) << shift) >= d s, else 0; `bits` and `mask` give s. */
function signs(sums: usize, weight: v128, shift: i32, bits: v128, mask: v128, d: v128): v128 {
  const votes = i32x4.shl(i32x4.sub(i32x4.shl(v128.load(sums), 1), weight), shift);
  const on = i32x4.eq(v128.and(bits, mask), mask);
  return i32x4.ge_s(votes, v128.bitselect(d, i32x4.neg(d), on));
}

/** One row of units: out = sgn(fields - thresholds), +1 where a field is within `margin` of its threshold. */
export function respond(fields: usize, thresholds: usize, margin: f64, units: u32, out: usize, stride: usize): void {
  memory.fill(out, 0, stride);
  for (let i: u32 = 0; i < units; i++) {
    const field = load<f64>(fields + i * 8);
    const threshold = load<f64>(thresholds + i * 8);
    const on = field >= threshold || abs(field - threshold) < margin;
    const at = out + (i >> 3);
    store<u8>(at, load<u8>(at) | ((<u8>on) << (<u8>(i & 7))));
  }
}

/** The spin of unit i in a row of bits. */
export function spinAt(state: usize, i: u32): f64 {
  return <f64>(<i32>((load<u8>(state + (i >> 3)) >> <u8>(i & 7)) & 1) * 2 - 1);
}
