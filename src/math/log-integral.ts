import type { DoubleDouble } from "./double-double.js";
import { log } from "./elementary.js";
import { legendrePanels } from "./legendre.js";
import { LogSum } from "./log-sum-exp.js";
import { normalTail } from "./normal.js";
import { LOG_ROOT_TWO_PI, logMillsRatio } from "./truncated-normal.js";

/** A value and a slope of the logarithm of an integrand. */
export interface LogPoint {
  /** L(x) - L(0) */
  readonly value: DoubleDouble;
  /** L'(x) */
  readonly slope: number;
}

/**
 * The logarithm L of a mixture of normal densities of variance 1, with any means and positive weights: then L(x) + x^2 / 2 is
 * convex. Values are differences from L(0), since their magnitude may be the square of the distance between means.
 */
export interface LogMixture {
  at(x: number): LogPoint;
  /** The mixture shifted by x: L(x + d) as a function of d, for |d| up to `reach`. */
  around(x: number, reach: number): LogMixture;
  /** L(d) - L(0) in double precision, for d near 0. */
  near(d: number): number;
}

/** The part of the axis that holds the mixture. */
export interface LogIntegralRange {
  readonly from: number;
  readonly to: number;
  /** Whether the integrand ends at `from`; else its mass outside the range is negligible. */
  readonly cut: boolean;
}

/** A part whose mass is below e^-45 of the whole is left out. */
const NEGLIGIBLE = 45;
/** Width of a panel of 16 points, in standard deviations. */
const PANEL = 6;
/** Largest change of L over a panel at a cut: an integrand e^-16u is then good to 1e-15. */
const STEEP = 16;
/** Intervals narrower than this part of their distance from 0 are integrated from their middle. */
const COARSE = 2 ** -40;
/** Wider intervals are split where the tangents of their ends meet, others in the middle. */
const WIDE = 64;
/** Bound on the rounding of sums of squares, relative to them. */
const ROUNDING = 2 ** -48;

const nodes = legendrePanels(1, 1);

interface End {
  readonly x: number;
  readonly value: DoubleDouble;
  readonly slope: number;
}

/**
 * log of the integral of e^(L(x) - L(0)) over the range, L the logarithm of a mixture of normal densities of variance 1.
 *
 * Panels lie only where mass can be. On an interval [a, b], L lies below the parabola through its ends that curves like -x^2 / 2,
 * since L + x^2 / 2 is convex, and above those that touch it at an end. The former bounds the mass of the interval, the latter
 * the whole from below. So an interval whose mass is below e^-45 of the whole is dropped, and any other shrinks to the part
 * where its parabola is not that low; where that does not halve it, it is split. Between the kinks of L + x^2 / 2 the
 * parabola is L itself, so that one step finds a mode at any distance; the tangents of both ends meet at a kink. The number of
 * steps grows with the number of modes and with the logarithm of the width at most. In what remains, the Gauss-Legendre
 * rule of 16 points on panels of at most six standard deviations has an error of about 1e-11: the integrand at x + iy is at
 * most e^(y^2 / 2) times that at x.
 */
export function logIntegral(mixture: LogMixture, { from, to, cut }: LogIntegralRange): number {
  const integral = new Integral(mixture, from, cut);
  const sum = integral.over(from, to);
  // The sum is above the bound unless the square of the distance of modes exceeds the precision of values.
  return Math.max(sum, integral.least);
}

class Integral {
  readonly #mixture: LogMixture;
  readonly #from: number;
  readonly #cut: boolean;
  /** The largest lower bound on the logarithm of the whole so far: the value of an end, and what to add. */
  #best: { readonly end: End; readonly extra: number } | undefined;
  /** The panels: value in their middle, and the logarithm of their integral relative to it. */
  readonly #panels: { readonly middle: DoubleDouble; readonly log: number }[] = [];

  constructor(mixture: LogMixture, from: number, cut: boolean) {
    this.#mixture = mixture;
    this.#from = from;
    this.#cut = cut;
  }

  /** The logarithm of the integral; -Infinity where the interval holds a negligible part of the whole. */
  over(from: number, to: number): number {
    // Values are most precise near 0.
    const ends = [from, ...(from < 0 && to > 0 ? [0] : []), to].map((x) => this.#end(x));
    const open = ends.slice(1).map((b, k) => ({ a: ends[k], b, halve: false }));
    for (let interval = open.pop(); interval !== undefined; interval = open.pop()) {
      const { a, b, halve } = interval;
      const kept = this.#kept(a, b);
      if (kept === undefined) continue;
      const [low, high] = kept;
      const width = b.x - a.x;
      const middle = a.x + 0.5 * width;
      if (high - low < 0.5 * width) {
        open.push({ a: low > a.x ? this.#end(low) : a, b: high < b.x ? this.#end(high) : b, halve: false });
      } else if (this.#isPanel(a, b)) this.#integrate(a.x, width);
      else if (width < COARSE * Math.max(Math.abs(a.x), Math.abs(b.x))) this.#recentre(a.x, b.x);
      else {
        const meeting = halve || width < WIDE ? middle : meetingOf(a, b);
        const split = this.#end(meeting > a.x && meeting < b.x ? meeting : middle);
        open.push({ a: split, b, halve: !halve }, { a, b: split, halve: !halve });
      }
    }
    return this.#total();
  }

  /** A lower bound on the logarithm of the whole. */
  get least(): number {
    const { end, extra } = this.#best!;
    return end.value.value + extra;
  }

  #end(x: number): End {
    const { value, slope } = this.#mixture.at(x);
    const end = { x, value, slope };
    // The parabola that touches L here lies below it.
    const before = this.#cut ? this.#from - x : Number.NEGATIVE_INFINITY;
    const parabola =
      before - slope <= 0
        ? 0.5 * slope * slope + LOG_ROOT_TWO_PI + log(normalTail(before - slope))
        : logMillsRatio(before - slope) - 0.5 * before * (before - 2 * slope);
    const extra = parabola - ROUNDING * (Math.abs(parabola) + slope * slope);
    if (this.#best === undefined || difference(value, this.#best.end.value) + extra > this.#best.extra) {
      this.#best = { end, extra };
    }
    return end;
  }

  /** The part of the interval that may hold mass. */
  #kept(a: End, b: End): [number, number] | undefined {
    const width = b.x - a.x;
    const rise = difference(b.value, a.value);
    // The parabola above L is L(a) + p t - t^2 / 2 at a + t.
    const p = rise / width + 0.5 * width;
    const { end, extra } = this.#best!;
    const margin = ROUNDING * (Math.abs(rise) + width * width + Math.abs(p) * width);
    const c = difference(a.value, end.value) - extra + margin + NEGLIGIBLE + LOG_ROOT_TWO_PI;
    const square = p * p + 2 * c;
    if (square < 0) return undefined;
    const root = Math.sqrt(square);
    const [low, high] = p >= 0 ? [(-2 * c) / (p + root), p + root] : [p - root, (2 * c) / (root - p)];
    if (low > width || high < 0) return undefined;
    return [low > 0 ? a.x + low : a.x, high < width ? a.x + high : b.x];
  }

  #isPanel(a: End, b: End): boolean {
    const width = b.x - a.x;
    return width <= PANEL && (!this.#cut || width * Math.max(Math.abs(a.slope), Math.abs(b.slope)) <= STEEP);
  }

  #integrate(from: number, width: number): void {
    const middle = from + 0.5 * width;
    const mixture = this.#mixture.around(middle, width);
    const sum = new LogSum();
    for (const { u, du } of nodes) sum.add(mixture.near(from - middle + u * width) + log(du * width));
    this.#panels.push({ middle: this.#mixture.at(middle).value, log: sum.value });
  }

  /** An interval so far from 0 that its doubles are coarse: the same, from its middle. */
  #recentre(from: number, to: number): void {
    const middle = from + 0.5 * (to - from);
    const mixture = this.#mixture.around(middle, to - from);
    const cut = this.#cut && from === this.#from;
    this.#panels.push({
      middle: this.#mixture.at(middle).value,
      log: new Integral(mixture, from - middle, cut).over(from - middle, to - middle),
    });
  }

  #total(): number {
    if (this.#panels.length === 0) return Number.NEGATIVE_INFINITY;
    let largest = this.#panels[0];
    for (const panel of this.#panels) {
      if (difference(panel.middle, largest.middle) + panel.log > largest.log) largest = panel;
    }
    const sum = new LogSum();
    for (const panel of this.#panels) sum.add(difference(panel.middle, largest.middle) + panel.log);
    return largest.middle.value + sum.value;
  }
}

function difference(a: DoubleDouble, b: DoubleDouble): number {
  return a.high - b.high + (a.low - b.low);
}

/** Where the tangents of L + x^2 / 2 at both ends meet. */
function meetingOf(a: End, b: End): number {
  const width = b.x - a.x;
  const p = difference(b.value, a.value) / width + 0.5 * width;
  return a.x + (width * (b.slope + width - p)) / (b.slope + width - a.slope);
}
