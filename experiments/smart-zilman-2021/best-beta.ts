import type { Bounded } from "./log-z.js";

/** Where the curve is highest: the top of the parabola through the highest point and its neighbours, with all that the bounds allow. */
export function bestBeta(curve: readonly (Bounded & { readonly beta: number })[]): Bounded {
  const top = curve.reduce((best, { value }, i) => (value > curve[best].value ? i : best), 0);
  const at = Math.min(Math.max(top, 1), curve.length - 2);
  const three = curve.slice(at - 1, at + 2);
  const tops = Array.from({ length: 8 }, (_, bits) =>
    vertex(three.map((point, i) => ({ x: point.beta, y: bits & (1 << i) ? point.high : point.low }))),
  );
  const value = vertex(three.map(({ beta, value }) => ({ x: beta, y: value })));
  return { value, low: Math.min(value, ...tops), high: Math.max(value, ...tops) };
}

/** Where the parabola through three points is highest within their range. */
function vertex([a, b, c]: readonly { readonly x: number; readonly y: number }[]): number {
  const [left, right] = [(b.y - a.y) / (b.x - a.x), (c.y - b.y) / (c.x - b.x)];
  const bend = (right - left) / (c.x - a.x);
  if (bend >= 0) return c.y > a.y ? c.x : a.x;
  const x = (a.x + b.x) / 2 - left / (2 * bend);
  return Math.min(Math.max(x, a.x), c.x);
}
