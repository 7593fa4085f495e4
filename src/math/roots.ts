import { internal } from "../errors.js";

/**
 * A root of a continuous function in [a, b], at whose ends it has opposite signs: bisection accelerated by inverse
 * quadratic interpolation (Brent, Algorithms for minimization without derivatives, 1973, chapter 4), to a few units in
 * the last place.
 */
export function findRoot(f: (x: number) => number, a: number, b: number): number {
  let [x0, x1] = [a, b];
  let [f0, f1] = [f(x0), f(x1)];
  if (f0 === 0) return x0;
  if (f1 === 0) return x1;
  if (!(f0 < 0 !== f1 < 0) || Number.isNaN(f0 + f1))
    throw internal(`no change of sign from ${a} (${f0}) to ${b} (${f1})`);
  // x1 is the best root so far, x0 the one before it, x2 on the other side of the root.
  let [x2, f2] = [x0, f0];
  let step = x1 - x0;
  let before = step;
  for (let round = 0; round < 200; round++) {
    if (f1 < 0 === f2 < 0) {
      [x2, f2] = [x0, f0];
      step = x1 - x0;
      before = step;
    }
    if (Math.abs(f2) < Math.abs(f1)) [x0, x1, x2, f0, f1, f2] = [x1, x2, x1, f1, f2, f1];
    const tolerance = 2 * Number.EPSILON * Math.abs(x1);
    const half = (x2 - x1) / 2;
    if (Math.abs(half) <= tolerance || f1 === 0) return x1;
    let next = half;
    if (Math.abs(before) >= tolerance && Math.abs(f0) > Math.abs(f1)) {
      const s = f1 / f0;
      let p = 2 * half * s;
      let q = 1 - s;
      if (x0 !== x2) {
        const [u, v] = [f0 / f2, f1 / f2];
        p = s * (2 * half * u * (u - v) - (x1 - x0) * (v - 1));
        q = (u - 1) * (v - 1) * (s - 1);
      }
      if (p > 0) q = -q;
      else p = -p;
      if (2 * p < Math.min(3 * half * q - Math.abs(tolerance * q), Math.abs(before * q))) next = p / q;
    }
    before = next === half ? half : step;
    step = next;
    [x0, f0] = [x1, f1];
    x1 += Math.abs(step) > tolerance ? step : tolerance * Math.sign(half);
    f1 = f(x1);
  }
  return x1;
}

const GOLDEN = (3 - Math.sqrt(5)) / 2;

/**
 * The maximum of a unimodal function in [a, b], and its location: golden-section search (Kiefer 1953) until the
 * interval is 1e-7 of its midpoint. The value is then accurate to about 1e-14 of its scale.
 */
export function findMaximum(f: (x: number) => number, a: number, b: number): { at: number; value: number } {
  let [low, high] = [a, b];
  let left = low + GOLDEN * (high - low);
  let right = high - GOLDEN * (high - low);
  let [fLeft, fRight] = [f(left), f(right)];
  while (high - low > 1e-7 * Math.abs(left + right) + Number.MIN_VALUE) {
    if (fLeft > fRight) {
      [high, right, fRight] = [right, left, fLeft];
      left = low + GOLDEN * (high - low);
      fLeft = f(left);
    } else {
      [low, left, fLeft] = [left, right, fRight];
      right = high - GOLDEN * (high - low);
      fRight = f(right);
    }
  }
  return fLeft > fRight ? { at: left, value: fLeft } : { at: right, value: fRight };
}
