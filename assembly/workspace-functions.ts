/** The functions of src/kernels/workspace-functions.ts, operation for operation, on the lanes of a register. */

/** Where the constants of the thread lie: see `prepareSigmoid`. */
const LOG2E: usize = 0;
const ROUND: usize = 16;
const LN2_HIGH: usize = 32;
const LN2_LOW: usize = 48;
const P4: usize = 64;
const P3: usize = 80;
const P2: usize = 96;
const P1: usize = 112;
const P0: usize = 128;
const ONE: usize = 144;
const LEAST: usize = 160;
/** Bytes that the constants of `sigmoid` take. */
export const SIGMOID_CONSTANTS: usize = 176;

/**
 * Puts the constants of `sigmoid` where they are loaded from: engines make a constant in the code anew, in several
 * instructions, at each use.
 */
export function prepareSigmoid(constants: usize): void {
  v128.store(constants + LOG2E, f32x4.splat(1.4426950408889634));
  v128.store(constants + ROUND, f32x4.splat(12582912));
  v128.store(constants + LN2_HIGH, f32x4.splat(0.693359375));
  v128.store(constants + LN2_LOW, f32x4.splat(-2.1219444005e-4));
  v128.store(constants + P4, f32x4.splat(1.3813880505040288e-3));
  v128.store(constants + P3, f32x4.splat(8.369063027203083e-3));
  v128.store(constants + P2, f32x4.splat(4.1668422520160675e-2));
  v128.store(constants + P1, f32x4.splat(0.166665181517601));
  v128.store(constants + P0, f32x4.splat(0.4999999403953552));
  v128.store(constants + ONE, f32x4.splat(1));
  v128.store(constants + LEAST, f32x4.splat(-87));
}

/** sigmoid(x) of four numbers. */
// @ts-ignore: decorator
@inline
export function sigmoid(x: v128, constants: usize): v128 {
  const one = v128.load(constants, ONE);
  const t = f32x4.neg(f32x4.abs(x));
  // The last bits of the sum are those of the whole number k.
  const sum = f32x4.add(f32x4.mul(t, v128.load(constants, LOG2E)), v128.load(constants, ROUND));
  const k = f32x4.sub(sum, v128.load(constants, ROUND));
  const r = f32x4.sub(
    f32x4.sub(t, f32x4.mul(k, v128.load(constants, LN2_HIGH))),
    f32x4.mul(k, v128.load(constants, LN2_LOW)),
  );
  let p = v128.load(constants, P4);
  p = f32x4.add(f32x4.mul(p, r), v128.load(constants, P3));
  p = f32x4.add(f32x4.mul(p, r), v128.load(constants, P2));
  p = f32x4.add(f32x4.mul(p, r), v128.load(constants, P1));
  p = f32x4.add(f32x4.mul(p, r), v128.load(constants, P0));
  const y = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), one);
  const power = i32x4.add(i32x4.shl(sum, 23), one);
  const e = v128.andnot(f32x4.mul(y, power), f32x4.lt(t, v128.load(constants, LEAST)));
  return f32x4.div(v128.bitselect(e, one, f32x4.lt(x, f32x4.splat(0))), f32x4.add(one, e));
}

/** log(1 + e^x) of two numbers. */
export function softplus(x: v128): v128 {
  const t = f64x2.neg(f64x2.abs(x));
  const e = v128.andnot(exp(t), f64x2.lt(t, f64x2.splat(-707)));
  const s = f64x2.div(e, f64x2.add(f64x2.splat(2), e));
  const z = f64x2.mul(s, s);
  let p = f64x2.splat(0.08898500024665788);
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.04936340747095369));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.06796496035932086));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.07681743543404868));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.09091436081045738));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.11111095193485948));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.14285714560939372));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.19999999997588663));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.33333333333341514));
  const s2 = f64x2.add(s, s);
  return f64x2.add(f64x2.max(x, f64x2.splat(0)), f64x2.add(s2, f64x2.mul(s2, f64x2.mul(z, p))));
}

/** `exp` of src/math/elementary.ts for -707 <= x <= 0. */
// @ts-ignore: decorator
@inline
function exp(x: v128): v128 {
  const k = f64x2.floor(f64x2.add(f64x2.mul(x, f64x2.splat(1.4426950408889634)), f64x2.splat(0.5)));
  const high = f64x2.sub(x, f64x2.mul(k, f64x2.splat(0.6931471803691238)));
  const low = f64x2.mul(k, f64x2.splat(1.9082149292705877e-10));
  const r = f64x2.sub(high, low);
  const t = f64x2.mul(r, r);
  let p = f64x2.splat(4.1381367970572385e-8);
  p = f64x2.add(f64x2.splat(-1.6533902205465252e-6), f64x2.mul(t, p));
  p = f64x2.add(f64x2.splat(6.613756321437934e-5), f64x2.mul(t, p));
  p = f64x2.add(f64x2.splat(-0.0027777777777015593), f64x2.mul(t, p));
  p = f64x2.add(f64x2.splat(0.16666666666666602), f64x2.mul(t, p));
  const c = f64x2.sub(r, f64x2.mul(t, p));
  const quotient = f64x2.div(f64x2.mul(r, c), f64x2.sub(f64x2.splat(2), c));
  const y = f64x2.sub(f64x2.splat(1), f64x2.sub(f64x2.sub(low, quotient), high));
  // The last bits of k + 1.5 * 2^52 are those of the whole number k.
  const bits = i64x2.add(f64x2.add(k, f64x2.splat(6755399441055744)), i64x2.splat(1023));
  return f64x2.mul(y, i64x2.shl(bits, 52));
}
