/**
 * Similarities of queries with a chunk of vectors, their softmax, and sums of the vectors by weights; operation for operation
 * as in src/kernels/reference-vectors.ts. Vectors are in single precision, `padded` numbers from one to the next, everything
 * else is in double precision.
 */
import { exponentials, prepareSoftplus, TERMS } from "./workspace-functions";

/** out[k * stride + j] = q_k . x_j, or -|q_k - x_j|^2 / 2; `stride` in bytes. */
export function compareVectors(
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
  let k: u32 = 0;
  for (; k + 2 <= count; k += 2) {
    let x = vectors;
    for (let j: u32 = 0; j < rows; j++, x += row) {
      const at = out + <usize>j * 8;
      if (euclidean) distancesOfTwo(x, row, queries, at, stride);
      else productsOfTwo(x, row, queries, at, stride);
    }
    queries += 4 * row;
    out += 2 * stride;
  }
  if (k == count) return;
  let x = vectors;
  for (let j: u32 = 0; j < rows; j++, x += row) {
    store<f64>(out + <usize>j * 8, euclidean ? distanceOfOne(x, row, queries) : productOfOne(x, row, queries));
  }
}

/** Two of eight sums at a time, added in pairs. */
function together(a: v128, b: v128, c: v128, d: v128): f64 {
  const sums = f64x2.add(f64x2.add(a, c), f64x2.add(b, d));
  return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
}

/** Two neighbouring numbers of a vector in double precision. */
function pair(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(at));
}

function productOfOne(x: usize, row: usize, q: usize): f64 {
  let a = f64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (const end = x + row; x < end; x += 32, q += 64) {
    a = f64x2.add(a, f64x2.mul(v128.load(q), pair(x)));
    b = f64x2.add(b, f64x2.mul(v128.load(q, 16), pair(x + 8)));
    c = f64x2.add(c, f64x2.mul(v128.load(q, 32), pair(x + 16)));
    d = f64x2.add(d, f64x2.mul(v128.load(q, 48), pair(x + 24)));
  }
  return together(a, b, c, d);
}

function distanceOfOne(x: usize, row: usize, q: usize): f64 {
  let a = f64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (const end = x + row; x < end; x += 32, q += 64) {
    const s = f64x2.sub(v128.load(q), pair(x));
    const t = f64x2.sub(v128.load(q, 16), pair(x + 8));
    const u = f64x2.sub(v128.load(q, 32), pair(x + 16));
    const v = f64x2.sub(v128.load(q, 48), pair(x + 24));
    a = f64x2.add(a, f64x2.mul(s, s));
    b = f64x2.add(b, f64x2.mul(t, t));
    c = f64x2.add(c, f64x2.mul(u, u));
    d = f64x2.add(d, f64x2.mul(v, v));
  }
  return -together(a, b, c, d) / 2;
}

function productsOfTwo(x: usize, row: usize, q: usize, out: usize, stride: usize): void {
  let a = f64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  let e = a;
  let f = a;
  let g = a;
  let h = a;
  let r = q + 2 * row;
  for (const end = x + row; x < end; x += 32, q += 64, r += 64) {
    let y = pair(x);
    a = f64x2.add(a, f64x2.mul(v128.load(q), y));
    e = f64x2.add(e, f64x2.mul(v128.load(r), y));
    y = pair(x + 8);
    b = f64x2.add(b, f64x2.mul(v128.load(q, 16), y));
    f = f64x2.add(f, f64x2.mul(v128.load(r, 16), y));
    y = pair(x + 16);
    c = f64x2.add(c, f64x2.mul(v128.load(q, 32), y));
    g = f64x2.add(g, f64x2.mul(v128.load(r, 32), y));
    y = pair(x + 24);
    d = f64x2.add(d, f64x2.mul(v128.load(q, 48), y));
    h = f64x2.add(h, f64x2.mul(v128.load(r, 48), y));
  }
  store<f64>(out, together(a, b, c, d));
  store<f64>(out + stride, together(e, f, g, h));
}

function distancesOfTwo(x: usize, row: usize, q: usize, out: usize, stride: usize): void {
  let a = f64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  let e = a;
  let f = a;
  let g = a;
  let h = a;
  let r = q + 2 * row;
  for (const end = x + row; x < end; x += 32, q += 64, r += 64) {
    let y = pair(x);
    let s = f64x2.sub(v128.load(q), y);
    let t = f64x2.sub(v128.load(r), y);
    a = f64x2.add(a, f64x2.mul(s, s));
    e = f64x2.add(e, f64x2.mul(t, t));
    y = pair(x + 8);
    s = f64x2.sub(v128.load(q, 16), y);
    t = f64x2.sub(v128.load(r, 16), y);
    b = f64x2.add(b, f64x2.mul(s, s));
    f = f64x2.add(f, f64x2.mul(t, t));
    y = pair(x + 16);
    s = f64x2.sub(v128.load(q, 32), y);
    t = f64x2.sub(v128.load(r, 32), y);
    c = f64x2.add(c, f64x2.mul(s, s));
    g = f64x2.add(g, f64x2.mul(t, t));
    y = pair(x + 24);
    s = f64x2.sub(v128.load(q, 48), y);
    t = f64x2.sub(v128.load(r, 48), y);
    d = f64x2.add(d, f64x2.mul(s, s));
    h = f64x2.add(h, f64x2.mul(t, t));
  }
  store<f64>(out, -together(a, b, c, d) / 2);
  store<f64>(out + stride, -together(e, f, g, h) / 2);
}

/**
 * Makes the weights e^(beta (s_j - most)) of the similarities of a chunk, in their place, with room for whole eights; at `leads`
 * the largest similarity, the second and the sum of the weights. `constants` has room for those of exponentials.
 */
export function softmaxOfVectors(s: usize, rows: u32, beta: f64, leads: usize, constants: usize): void {
  let first: f64 = -Infinity;
  let second: f64 = -Infinity;
  const end = s + <usize>rows * 8;
  for (let at = s; at < end; at += 8) {
    const x = load<f64>(at);
    second = max(second, min(first, x));
    first = max(first, x);
  }
  const whole = s + (((<usize>rows + 7) >> 3) << 6);
  for (let at = end; at < whole; at += 8) store<f64>(at, -Infinity);
  prepareSoftplus(constants);
  const slope = f64x2.splat(beta);
  const most = f64x2.splat(beta * first);
  let a = f64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (let at = s; at < whole; at += 64) {
    weighPairs(at, slope, most, constants);
    weighPairs(at + 32, slope, most, constants);
    a = f64x2.add(a, v128.load(at));
    b = f64x2.add(b, v128.load(at, 16));
    c = f64x2.add(c, v128.load(at, 32));
    d = f64x2.add(d, v128.load(at, 48));
  }
  store<f64>(leads, first);
  store<f64>(leads, second, 8);
  store<f64>(leads, together(a, b, c, d), 16);
}

/** The weights of four similarities; those of scores below -60 are 0. */
function weighPairs(at: usize, slope: v128, most: v128, constants: usize): void {
  const least = f64x2.splat(-60);
  const x = f64x2.sub(f64x2.mul(slope, v128.load(at)), most);
  const y = f64x2.sub(f64x2.mul(slope, v128.load(at, 16)), most);
  const farX = f64x2.lt(x, least);
  const farY = f64x2.lt(y, least);
  if (i64x2.all_true(v128.and(farX, farY))) {
    v128.store(at, f64x2.splat(0));
    v128.store(at, f64x2.splat(0), 16);
    return;
  }
  exponentials(f64x2.max(x, least), f64x2.max(y, least), constants);
  v128.store(at, v128.andnot(v128.load(constants + TERMS), farX));
  v128.store(at, v128.andnot(v128.load(constants + TERMS, 16), farY), 16);
}

/** out[k * padded + i] = sum_j w_kj x_ji in the order of j, of weights `stride` bytes from one query to the next. */
export function addVectors(
  weights: usize,
  stride: usize,
  rows: u32,
  count: u32,
  vectors: usize,
  padded: u32,
  out: usize,
): void {
  const row: usize = <usize>padded * 4;
  for (let k: u32 = 0; k < count; k++) {
    for (let i: usize = 0; i < row; i += 32) {
      let a = f64x2.splat(0);
      let b = a;
      let c = a;
      let d = a;
      let x = vectors + i;
      for (let at = weights, end = weights + <usize>rows * 8; at < end; at += 8, x += row) {
        const weight = load<f64>(at);
        if (weight == 0) continue;
        const w = f64x2.splat(weight);
        a = f64x2.add(a, f64x2.mul(w, pair(x)));
        b = f64x2.add(b, f64x2.mul(w, pair(x + 8)));
        c = f64x2.add(c, f64x2.mul(w, pair(x + 16)));
        d = f64x2.add(d, f64x2.mul(w, pair(x + 24)));
      }
      v128.store(out + 2 * i, a);
      v128.store(out + 2 * i, b, 16);
      v128.store(out + 2 * i, c, 32);
      v128.store(out + 2 * i, d, 48);
    }
    weights += stride;
    out += 2 * row;
  }
}
