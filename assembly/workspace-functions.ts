/** The softplus of src/kernels/workspace-functions.ts, operation for operation, on the lanes of a register. */

/** Behind the constants lie two pairs of terms. */
export const TERMS: usize = 320;

/** Puts the constants where they are loaded from: engines make a constant in the code anew at each use. */
export function prepareSoftplus(at: usize): void {
  v128.store(at, f64x2.splat(1.4426950408889634));
  v128.store(at, f64x2.splat(0.6931471803691238), 16);
  v128.store(at, f64x2.splat(1.9082149292705877e-10), 32);
  v128.store(at, f64x2.splat(4.1381367970572385e-8), 48);
  v128.store(at, f64x2.splat(-1.6533902205465252e-6), 64);
  v128.store(at, f64x2.splat(6.613756321437934e-5), 80);
  v128.store(at, f64x2.splat(-0.0027777777777015593), 96);
  v128.store(at, f64x2.splat(0.16666666666666602), 112);
  v128.store(at, f64x2.splat(6755399441055744), 128);
  v128.store(at, f64x2.splat(-707), 144);
  v128.store(at, f64x2.splat(0.08898500024665788), 160);
  v128.store(at, f64x2.splat(0.04936340747095369), 176);
  v128.store(at, f64x2.splat(0.06796496035932086), 192);
  v128.store(at, f64x2.splat(0.07681743543404868), 208);
  v128.store(at, f64x2.splat(0.09091436081045738), 224);
  v128.store(at, f64x2.splat(0.11111095193485948), 240);
  v128.store(at, f64x2.splat(0.14285714560939372), 256);
  v128.store(at, f64x2.splat(0.19999999997588663), 272);
  v128.store(at, f64x2.splat(0.33333333333341514), 288);
  v128.store(at, f64x2.splat(0.5), 304);
}

/**
 * log(1 + e^x) of two pairs of numbers, with the constants at `at`, to memory behind them: a term is one long chain of
 * operations, and a processor does two side by side.
 */
function softplus(x: v128, y: v128, at: usize): void {
  const tx = f64x2.neg(f64x2.abs(x));
  const ty = f64x2.neg(f64x2.abs(y));
  exponentials(tx, ty, at);
  let c = v128.load(at, 144);
  const ex = v128.andnot(v128.load(at, TERMS), f64x2.lt(tx, c));
  const ey = v128.andnot(v128.load(at, TERMS + 16), f64x2.lt(ty, c));
  const sx = f64x2.div(ex, f64x2.add(f64x2.splat(2), ex));
  const sy = f64x2.div(ey, f64x2.add(f64x2.splat(2), ey));
  const zx = f64x2.mul(sx, sx);
  const zy = f64x2.mul(sy, sy);
  let px = v128.load(at, 160);
  let py = px;
  c = v128.load(at, 176);
  px = f64x2.add(f64x2.mul(px, zx), c);
  py = f64x2.add(f64x2.mul(py, zy), c);
  c = v128.load(at, 192);
  px = f64x2.add(f64x2.mul(px, zx), c);
  py = f64x2.add(f64x2.mul(py, zy), c);
  c = v128.load(at, 208);
  px = f64x2.add(f64x2.mul(px, zx), c);
  py = f64x2.add(f64x2.mul(py, zy), c);
  c = v128.load(at, 224);
  px = f64x2.add(f64x2.mul(px, zx), c);
  py = f64x2.add(f64x2.mul(py, zy), c);
  c = v128.load(at, 240);
  px = f64x2.add(f64x2.mul(px, zx), c);
  py = f64x2.add(f64x2.mul(py, zy), c);
  c = v128.load(at, 256);
  px = f64x2.add(f64x2.mul(px, zx), c);
  py = f64x2.add(f64x2.mul(py, zy), c);
  c = v128.load(at, 272);
  px = f64x2.add(f64x2.mul(px, zx), c);
  py = f64x2.add(f64x2.mul(py, zy), c);
  c = v128.load(at, 288);
  px = f64x2.add(f64x2.mul(px, zx), c);
  py = f64x2.add(f64x2.mul(py, zy), c);
  const sx2 = f64x2.add(sx, sx);
  const sy2 = f64x2.add(sy, sy);
  px = f64x2.add(sx2, f64x2.mul(sx2, f64x2.mul(zx, px)));
  py = f64x2.add(sy2, f64x2.mul(sy2, f64x2.mul(zy, py)));
  v128.store(at, f64x2.add(f64x2.max(x, f64x2.splat(0)), px), TERMS);
  v128.store(at, f64x2.add(f64x2.max(y, f64x2.splat(0)), py), TERMS + 16);
}

/** `exp` of src/math/elementary.ts for -707 <= x, y <= 0, likewise. */
export function exponentials(x: v128, y: v128, at: usize): void {
  let c = v128.load(at);
  const half = v128.load(at, 304);
  const kx = f64x2.floor(f64x2.add(f64x2.mul(x, c), half));
  const ky = f64x2.floor(f64x2.add(f64x2.mul(y, c), half));
  c = v128.load(at, 16);
  const highX = f64x2.sub(x, f64x2.mul(kx, c));
  const highY = f64x2.sub(y, f64x2.mul(ky, c));
  c = v128.load(at, 32);
  const lowX = f64x2.mul(kx, c);
  const lowY = f64x2.mul(ky, c);
  const rx = f64x2.sub(highX, lowX);
  const ry = f64x2.sub(highY, lowY);
  const tx = f64x2.mul(rx, rx);
  const ty = f64x2.mul(ry, ry);
  let px = v128.load(at, 48);
  let py = px;
  c = v128.load(at, 64);
  px = f64x2.add(c, f64x2.mul(tx, px));
  py = f64x2.add(c, f64x2.mul(ty, py));
  c = v128.load(at, 80);
  px = f64x2.add(c, f64x2.mul(tx, px));
  py = f64x2.add(c, f64x2.mul(ty, py));
  c = v128.load(at, 96);
  px = f64x2.add(c, f64x2.mul(tx, px));
  py = f64x2.add(c, f64x2.mul(ty, py));
  c = v128.load(at, 112);
  px = f64x2.add(c, f64x2.mul(tx, px));
  py = f64x2.add(c, f64x2.mul(ty, py));
  px = f64x2.sub(rx, f64x2.mul(tx, px));
  py = f64x2.sub(ry, f64x2.mul(ty, py));
  px = f64x2.div(f64x2.mul(rx, px), f64x2.sub(f64x2.splat(2), px));
  py = f64x2.div(f64x2.mul(ry, py), f64x2.sub(f64x2.splat(2), py));
  px = f64x2.sub(f64x2.splat(1), f64x2.sub(f64x2.sub(lowX, px), highX));
  py = f64x2.sub(f64x2.splat(1), f64x2.sub(f64x2.sub(lowY, py), highY));
  // The last bits of k + 1.5 * 2^52 are those of the whole number k.
  c = v128.load(at, 128);
  const bitsX = i64x2.shl(i64x2.add(f64x2.add(kx, c), i64x2.splat(1023)), 52);
  const bitsY = i64x2.shl(i64x2.add(f64x2.add(ky, c), i64x2.splat(1023)), 52);
  v128.store(at, f64x2.mul(px, bitsX), TERMS);
  v128.store(at, f64x2.mul(py, bitsY), TERMS + 16);
}

/** The sums over even and over odd j of log(1 + e^(slope x_j)), added. */
export function softplusSum(x: usize, count: u32, slope: f64, constants: usize): f64 {
  prepareSoftplus(constants);
  const s = f64x2.splat(slope);
  let sums = f64x2.splat(0);
  const end = x + <usize>count * 4;
  for (; x < end; x += 16) {
    // What lies beyond the end is computed, too, but not added.
    const first = f64x2.mul(s, f64x2.promote_low_f32x4(v128.load64_zero(x)));
    softplus(first, f64x2.mul(s, f64x2.promote_low_f32x4(v128.load64_zero(x, 8))), constants);
    for (let at: usize = 0; at < 16 && x + at < end; at += 8) {
      const terms = v128.load(constants + 2 * at, TERMS);
      // The last term of an odd count has no partner.
      sums = f64x2.add(sums, x + at + 4 == end ? f64x2.replace_lane(terms, 1, 0) : terms);
    }
  }
  return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
}
