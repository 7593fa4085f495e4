import type { Bounded } from "./log-z.js";

type Point = Bounded & { readonly beta: number };

/**
 * Where ln p is highest as a function of beta, by a parabola through the highest point and its neighbours. The interval holds
 * every beta of the grid's range where it can be highest at all: ln p = beta E - log Z is concave, since log Z is
 * convex, so that beyond a pair of points it stays below the line through them.
 *
 * @param curve at least three points in the order of beta, each with bounds
 */
export function bestBeta(curve: readonly Point[]): Bounded {
  const top = curve.reduce((best, { value }, i) => (value > curve[best].value ? i : best), 0);
  const at = Math.min(Math.max(top, 1), curve.length - 2);
  const value = vertex(curve.slice(at - 1, at + 2));
  const least = Math.max(...curve.map(({ low }) => low));
  let [low, high] = [value, value];
  for (let j = 0; j + 1 < curve.length; j++) {
    const [a, b] = reachedBetween(curve.slice(Math.max(0, j - 1), j + 3), curve[j], curve[j + 1], least);
    if (a > b) continue;
    low = Math.min(low, a);
    high = Math.max(high, b);
  }
  return { value, low, high };
}

/** The part of the range between two neighbours in which a concave curve with these bounds can reach a level. */
function reachedBetween(around: readonly Point[], a: Point, b: Point, level: number): [number, number] {
  let [from, to] = [a.beta, b.beta];
  const at = around.indexOf(a);
  for (const [near, far] of [
    [a, around[at - 1]],
    [b, around[at + 2]],
  ]) {
    if (far === undefined) continue;
    const slope = (near.high - far.low) / (near.beta - far.beta);
    const meets = near.beta + (level - near.high) / slope;
    if (slope > 0) from = Math.max(from, meets);
    else if (slope < 0) to = Math.min(to, meets);
    else if (near.high < level) from = Number.POSITIVE_INFINITY;
  }
  return [from, to];
}

/** Where the parabola through three points is highest within their range. */
function vertex([a, b, c]: readonly Point[]): number {
  const [left, right] = [(b.value - a.value) / (b.beta - a.beta), (c.value - b.value) / (c.beta - b.beta)];
  const bend = (right - left) / (c.beta - a.beta);
  if (bend >= 0) return c.value > a.value ? c.beta : a.beta;
  const x = (a.beta + b.beta) / 2 - left / (2 * bend);
  return Math.min(Math.max(x, a.beta), c.beta);
}
