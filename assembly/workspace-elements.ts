/** The functions of src/kernels/element-functions.ts, operation for operation, on the lanes of a register. */

/** Bytes that the constants take. */
export const CONSTANTS: usize = 384;

/** The numbers of the functions; that of an element function is its place in the list of src/kernels/wasm/workspace.ts. */
const AFFINE: u32 = 0;
const EXP: u32 = 1;
const LOG: u32 = 2;
const TANH: u32 = 3;
const SIGMOID: u32 = 4;
const SOFTPLUS: u32 = 5;
const RECIPROCAL: u32 = 6;
const INVERSE_ROOT: u32 = 7;

/** out = f(values) for the quadruples `from` to `to` of `count` numbers. */
export function applyFunction(
  from: u32,
  to: u32,
  scratch: usize,
  count: u32,
  f: u32,
  values: usize,
  out: usize,
  scale: f32,
  shift: f32,
): void {
  const whole = min(to, count >> 2);
  elements(f, values + from * 16, whole - from, scale, shift, scratch, out + from * 16);
  if (whole == to) return;
  const last = scratch + CONSTANTS;
  elements(f, values + whole * 16, 1, scale, shift, scratch, last);
  memory.copy(out + whole * 16, last, (count & 3) * 4);
}

/** Puts the constants where they are loaded from: engines make a constant in the code anew at each use. */
export function prepareElements(at: usize): void {
  v128.store(at, f32x4.splat(1.4426950408889634));
  v128.store(at, f32x4.splat(12582912), 16);
  v128.store(at, f32x4.splat(0.693359375), 32);
  v128.store(at, f32x4.splat(-2.1219444005e-4), 48);
  v128.store(at, f32x4.splat(1.3813880505040288e-3), 64);
  v128.store(at, f32x4.splat(8.369063027203083e-3), 80);
  v128.store(at, f32x4.splat(4.1668422520160675e-2), 96);
  v128.store(at, f32x4.splat(0.166665181517601), 112);
  v128.store(at, f32x4.splat(0.4999999403953552), 128);
  v128.store(at, f32x4.splat(1), 144);
  v128.store(at, f32x4.splat(2), 160);
  v128.store(at, f32x4.splat(-87), 176);
  v128.store(at, f32x4.splat(88.72283935546875), 192);
  v128.store(at, f32x4.splat(-40), 208);
  v128.store(at, i32x4.splat(0x80000000), 224);
  // The logarithms, of 1 + e and of all numbers.
  v128.store(at, f32x4.splat(0.1400599330663681), 240);
  v128.store(at, f32x4.splat(0.14000903069972992), 256);
  v128.store(at, f32x4.splat(0.2001076340675354), 272);
  v128.store(at, f32x4.splat(0.3333320915699005), 288);
  v128.store(at, f32x4.splat(0.14935864), 304);
  v128.store(at, f32x4.splat(0.19988771), 320);
  v128.store(at, f32x4.splat(0.33333388), 336);
  v128.store(at, f32x4.splat(0.6931471805599453), 352);
  v128.store(at, i32x4.splat(0x3f3504f3), 368);
}

/** Functions of four numbers, with the constants at `at`, that are compiled into their callers. */
export class Lanes {
  /** x / log 2 plus 1.5 * 2^23, whose last bits are those of the nearest whole number. */
  @inline
  static wholes(x: v128, at: usize): v128 {
    return f32x4.add(f32x4.mul(x, v128.load(at)), v128.load(at, 16));
  }

  /** 2^k for the k of `wholes`. */
  @inline
  static powers(wholes: v128, at: usize): v128 {
    return i32x4.add(i32x4.shl(wholes, 23), v128.load(at, 144));
  }

  /** e^r - 1 for what `wholes` leaves of x. */
  @inline
  static expm1(x: v128, wholes: v128, at: usize): v128 {
    const k = f32x4.sub(wholes, v128.load(at, 16));
    const r = f32x4.sub(f32x4.sub(x, f32x4.mul(k, v128.load(at, 32))), f32x4.mul(k, v128.load(at, 48)));
    let p = f32x4.add(f32x4.mul(v128.load(at, 64), r), v128.load(at, 80));
    p = f32x4.add(f32x4.mul(p, r), v128.load(at, 96));
    p = f32x4.add(f32x4.mul(p, r), v128.load(at, 112));
    p = f32x4.add(f32x4.mul(p, r), v128.load(at, 128));
    return f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r);
  }

  /** e^x for x <= 0. */
  @inline
  static expOfNegative(x: v128, at: usize): v128 {
    const wholes = Lanes.wholes(x, at);
    const y = f32x4.add(Lanes.expm1(x, wholes, at), v128.load(at, 144));
    return v128.andnot(f32x4.mul(y, Lanes.powers(wholes, at)), f32x4.lt(x, v128.load(at, 176)));
  }

  @inline
  static exp(x: v128, at: usize): v128 {
    const wholes = Lanes.wholes(x, at);
    const y = f32x4.add(Lanes.expm1(x, wholes, at), v128.load(at, 144));
    // 2^128 is no number: k is added to the exponent.
    const e = v128.andnot(i32x4.add(y, i32x4.shl(wholes, 23)), f32x4.lt(x, v128.load(at, 176)));
    return v128.bitselect(e, f32x4.mul(x, f32x4.splat(<f32>Infinity)), f32x4.lt(x, v128.load(at, 192)));
  }

  @inline
  static sigmoid(x: v128, at: usize): v128 {
    const one = v128.load(at, 144);
    const e = Lanes.expOfNegative(f32x4.neg(f32x4.abs(x)), at);
    return f32x4.div(v128.bitselect(e, one, f32x4.lt(x, f32x4.splat(0))), f32x4.add(one, e));
  }

  @inline
  static tanh(x: v128, at: usize): v128 {
    const t = f32x4.pmax(f32x4.neg(f32x4.mul(f32x4.abs(x), v128.load(at, 160))), v128.load(at, 208));
    const wholes = Lanes.wholes(t, at);
    const power = Lanes.powers(wholes, at);
    const q = Lanes.expm1(t, wholes, at);
    const m = f32x4.add(f32x4.sub(power, v128.load(at, 144)), f32x4.mul(power, q));
    return v128.bitselect(x, f32x4.div(m, f32x4.add(v128.load(at, 160), m)), v128.load(at, 224));
  }

  @inline
  static softplus(x: v128, at: usize): v128 {
    const e = Lanes.expOfNegative(f32x4.neg(f32x4.abs(x)), at);
    const s = f32x4.div(e, f32x4.add(v128.load(at, 160), e));
    const z = f32x4.mul(s, s);
    let p = f32x4.add(f32x4.mul(v128.load(at, 240), z), v128.load(at, 256));
    p = f32x4.add(f32x4.mul(p, z), v128.load(at, 272));
    p = f32x4.add(f32x4.mul(p, z), v128.load(at, 288));
    const s2 = f32x4.add(s, s);
    return f32x4.add(f32x4.pmax(x, f32x4.splat(0)), f32x4.add(s2, f32x4.mul(s2, f32x4.mul(z, p))));
  }

  @inline
  static log(x: v128, at: usize): v128 {
    const isSubnormal = f32x4.lt(x, f32x4.splat(1.1754943508222875e-38));
    const y = v128.bitselect(f32x4.mul(x, f32x4.splat(8388608)), x, isSubnormal);
    const whole = i32x4.shr_s(i32x4.sub(y, v128.load(at, 368)), 23);
    const k = f32x4.convert_i32x4_s(i32x4.sub(whole, v128.and(isSubnormal, i32x4.splat(23))));
    const f = f32x4.sub(i32x4.sub(y, i32x4.shl(whole, 23)), v128.load(at, 144));
    const s = f32x4.div(f, f32x4.add(v128.load(at, 160), f));
    const z = f32x4.mul(s, s);
    let p = f32x4.add(f32x4.mul(v128.load(at, 304), z), v128.load(at, 320));
    p = f32x4.add(f32x4.mul(p, z), v128.load(at, 336));
    const s2 = f32x4.add(s, s);
    const part = f32x4.add(s2, f32x4.mul(s2, f32x4.mul(z, p)));
    const infinity = f32x4.splat(<f32>Infinity);
    const zero = f32x4.splat(0);
    // Infinity and NaN stay, numbers below 0 become NaN, and 0 becomes -Infinity.
    let result = f32x4.add(f32x4.mul(k, v128.load(at, 352)), part);
    result = v128.bitselect(result, x, f32x4.lt(x, infinity));
    result = v128.or(result, f32x4.lt(x, zero));
    return v128.bitselect(f32x4.neg(infinity), result, f32x4.eq(x, zero));
  }
}

/** out = sigmoid(slope x) of `quadruples` quadruples of numbers; `out` may be `x`. */
export function sigmoids(x: usize, quadruples: u32, slope: f32, constants: usize, out: usize): void {
  prepareElements(constants);
  const s = f32x4.splat(slope);
  for (const end = x + <usize>quadruples * 16; x < end; x += 16) {
    v128.store(out, Lanes.sigmoid(f32x4.mul(s, v128.load(x)), constants));
    out += 16;
  }
}

/** out = f(x) of `quadruples` quadruples of numbers; `out` may be `x`. */
function elements(f: u32, x: usize, quadruples: u32, scale: f32, shift: f32, at: usize, out: usize): void {
  if (f == SIGMOID) return sigmoids(x, quadruples, 1, at, out);
  prepareElements(at);
  const end = x + <usize>quadruples * 16;
  if (f == AFFINE) {
    const s = f32x4.splat(scale);
    const b = f32x4.splat(shift);
    for (; x < end; x += 16, out += 16) v128.store(out, f32x4.add(f32x4.mul(s, v128.load(x)), b));
  } else if (f == EXP) {
    for (; x < end; x += 16, out += 16) v128.store(out, Lanes.exp(v128.load(x), at));
  } else if (f == LOG) {
    for (; x < end; x += 16, out += 16) v128.store(out, Lanes.log(v128.load(x), at));
  } else if (f == TANH) {
    for (; x < end; x += 16, out += 16) v128.store(out, Lanes.tanh(v128.load(x), at));
  } else if (f == SOFTPLUS) {
    for (; x < end; x += 16, out += 16) v128.store(out, Lanes.softplus(v128.load(x), at));
  } else if (f == RECIPROCAL) {
    for (; x < end; x += 16, out += 16) v128.store(out, f32x4.div(v128.load(at, 144), v128.load(x)));
  } else if (f == INVERSE_ROOT) {
    for (; x < end; x += 16, out += 16) v128.store(out, f32x4.div(v128.load(at, 144), f32x4.sqrt(v128.load(x))));
  } else {
    const zero = f32x4.splat(0);
    for (; x < end; x += 16, out += 16) v128.store(out, v128.and(f32x4.gt(v128.load(x), zero), v128.load(at, 144)));
  }
}
