/**
 * Softmax over a chunk of vectors in single precision, operation for operation as in src/kernels/reference-single-vectors.ts.
 * Vectors and queries are `padded` numbers, whole sixteens, from one to the next.
 */
import { Lanes, prepareElements } from "./workspace-elements";

/** Vectors whose weighted sum is in single precision. */
const RUN: u32 = 128;

/** out[k * stride + j] = q_k . x_j, or -|q_k - x_j|^2 / 2; `stride` in bytes. */
export function compareSingles(
  vectors: usize,
  rows: u32,
  padded: u32,
  queries: usize,
  count: u32,
  euclidean: i32,
  out: usize,
  stride: usize,
): void {
  const row: usize = <usize>padded * 4;
  for (let k: u32 = 0; k < count; k++, queries += row, out += stride) {
    let x = vectors;
    let j: u32 = 0;
    for (; j + 2 <= rows; j += 2, x += 2 * row) {
      const at = out + <usize>j * 4;
      if (euclidean) distancesOfTwo(x, row, queries, at);
      else productsOfTwo(x, row, queries, at);
    }
    if (j == rows) continue;
    store<f32>(out + <usize>j * 4, euclidean ? distanceOfOne(x, row, queries) : productOfOne(x, row, queries));
  }
}

/** The sum of sixteen numbers, of the first half and the second, and so on. */
function inHalves(a: v128, b: v128, c: v128, d: v128): f32 {
  const four = f32x4.add(f32x4.add(a, c), f32x4.add(b, d));
  const two = f32x4.add(four, v128.shuffle<f32>(four, four, 2, 3, 0, 1));
  return f32x4.extract_lane(two, 0) + f32x4.extract_lane(two, 1);
}

function productOfOne(x: usize, row: usize, q: usize): f32 {
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (const end = x + row; x < end; x += 64, q += 64) {
    a = f32x4.add(a, f32x4.mul(v128.load(q), v128.load(x)));
    b = f32x4.add(b, f32x4.mul(v128.load(q, 16), v128.load(x, 16)));
    c = f32x4.add(c, f32x4.mul(v128.load(q, 32), v128.load(x, 32)));
    d = f32x4.add(d, f32x4.mul(v128.load(q, 48), v128.load(x, 48)));
  }
  return inHalves(a, b, c, d);
}

function distanceOfOne(x: usize, row: usize, q: usize): f32 {
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (const end = x + row; x < end; x += 64, q += 64) {
    const s = f32x4.sub(v128.load(q), v128.load(x));
    const t = f32x4.sub(v128.load(q, 16), v128.load(x, 16));
    const u = f32x4.sub(v128.load(q, 32), v128.load(x, 32));
    const v = f32x4.sub(v128.load(q, 48), v128.load(x, 48));
    a = f32x4.add(a, f32x4.mul(s, s));
    b = f32x4.add(b, f32x4.mul(t, t));
    c = f32x4.add(c, f32x4.mul(u, u));
    d = f32x4.add(d, f32x4.mul(v, v));
  }
  return <f32>-0.5 * inHalves(a, b, c, d);
}

function productsOfTwo(x: usize, row: usize, q: usize, out: usize): void {
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  let e = a;
  let f = a;
  let g = a;
  let h = a;
  let y = x + row;
  for (const end = y; x < end; x += 64, y += 64, q += 64) {
    let z = v128.load(q);
    a = f32x4.add(a, f32x4.mul(z, v128.load(x)));
    e = f32x4.add(e, f32x4.mul(z, v128.load(y)));
    z = v128.load(q, 16);
    b = f32x4.add(b, f32x4.mul(z, v128.load(x, 16)));
    f = f32x4.add(f, f32x4.mul(z, v128.load(y, 16)));
    z = v128.load(q, 32);
    c = f32x4.add(c, f32x4.mul(z, v128.load(x, 32)));
    g = f32x4.add(g, f32x4.mul(z, v128.load(y, 32)));
    z = v128.load(q, 48);
    d = f32x4.add(d, f32x4.mul(z, v128.load(x, 48)));
    h = f32x4.add(h, f32x4.mul(z, v128.load(y, 48)));
  }
  store<f32>(out, inHalves(a, b, c, d));
  store<f32>(out, inHalves(e, f, g, h), 4);
}

function distancesOfTwo(x: usize, row: usize, q: usize, out: usize): void {
  store<f32>(out, distanceOfOne(x, row, q));
  store<f32>(out, distanceOfOne(x + row, row, q), 4);
}

/**
 * Makes the weights e^(beta (s_j - most)) of the similarities of a chunk, in their place, with room for whole sixteens; at `leads`
 * the largest similarity, the second and the sum of the weights, in double precision. `constants` has room for CONSTANTS bytes.
 */
export function softmaxOfSingles(s: usize, rows: u32, beta: f32, leads: usize, constants: usize): void {
  let first: f32 = -Infinity;
  let second: f32 = -Infinity;
  const end = s + <usize>rows * 4;
  for (let at = s; at < end; at += 4) {
    const x = load<f32>(at);
    second = max(second, min(first, x));
    first = max(first, x);
  }
  const whole = s + (((<usize>rows + 15) >> 4) << 6);
  for (let at = end; at < whole; at += 4) store<f32>(at, -Infinity);
  const slope = f32x4.splat(beta);
  const most = f32x4.splat(first);
  const least = f32x4.splat(-40);
  prepareElements(constants);
  for (let at = s; at < whole; at += 16) {
    const score = f32x4.mul(slope, f32x4.sub(v128.load(at), most));
    v128.store(at, v128.andnot(Lanes.expOfNegative(score, constants), f32x4.lt(score, least)));
  }
  let a = f64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (let at = s; at < whole; at += 32) {
    a = f64x2.add(a, pair(at));
    b = f64x2.add(b, pair(at + 8));
    c = f64x2.add(c, pair(at + 16));
    d = f64x2.add(d, pair(at + 24));
  }
  const sums = f64x2.add(f64x2.add(a, c), f64x2.add(b, d));
  store<f64>(leads, first);
  store<f64>(leads, second, 8);
  store<f64>(leads, f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1), 16);
}

function pair(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(at));
}

/** out[k * padded + i] = sum_j w_kj x_ji, in double precision, of sums over runs in single; `stride` in bytes. */
export function addSingles(
  weights: usize,
  stride: usize,
  rows: u32,
  count: u32,
  vectors: usize,
  padded: u32,
  out: usize,
): void {
  const row: usize = <usize>padded * 4;
  memory.fill(out, 0, <usize>count * 2 * row);
  for (let k: u32 = 0; k < count; k++, weights += stride, out += 2 * row) {
    for (let j: u32 = 0; j < rows; j += RUN) {
      const from = weights + <usize>j * 4;
      const end = from + <usize>min(RUN, rows - j) * 4;
      for (let i: usize = 0; i < row; i += 64) {
        addColumns(from, end, vectors + <usize>j * row + i, row, out + 2 * i);
      }
    }
  }
}

function addColumns(at: usize, end: usize, x: usize, row: usize, out: usize): void {
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (; at < end; at += 4, x += row) {
    const weight = load<f32>(at);
    if (weight == 0) continue;
    const w = f32x4.splat(weight);
    a = f32x4.add(a, f32x4.mul(w, v128.load(x)));
    b = f32x4.add(b, f32x4.mul(w, v128.load(x, 16)));
    c = f32x4.add(c, f32x4.mul(w, v128.load(x, 32)));
    d = f32x4.add(d, f32x4.mul(w, v128.load(x, 48)));
  }
  addWide(a, out);
  addWide(b, out + 32);
  addWide(c, out + 64);
  addWide(d, out + 96);
}

/** Adds four numbers to four in double precision. */
function addWide(four: v128, out: usize): void {
  v128.store(out, f64x2.add(v128.load(out), f64x2.promote_low_f32x4(four)));
  const high = v128.shuffle<f32>(four, four, 2, 3, 0, 1);
  v128.store(out, f64x2.add(v128.load(out, 16), f64x2.promote_low_f32x4(high)), 16);
}
