import { exp, log, pow } from "../../math/elementary.js";
import type { DenseForm } from "../../models/index.js";

/** Images and a form for `usualDense`. */
export interface UsualOptions {
  /** Number of pixels; defaults to 784. T is proportional to its root. */
  readonly pixels?: number | undefined;
  /** Defaults to "direct". */
  readonly form?: DenseForm | undefined;
}

/** A start and settings of training that work for images of digits. */
export interface UsualDense {
  /** T, in pixels. */
  readonly temperature: number;
  readonly errorPower: number;
  /** The first learning rate; it falls by a factor of 0.95 per epoch. */
  readonly rate: number;
  readonly momentum: number;
  /** Mean and standard deviation of the first values of the memories. */
  readonly mean: number;
  readonly deviation: number;
}

/** Pixels of the digits that were tried. */
const PIXELS = 28 * 28;

/** T / K^(1/n) for powers n of the direct form that were tried on 28 x 28 digits. */
const TEMPERATURES: readonly (readonly [power: number, factor: number])[] = [
  [2, 1.431],
  [3, 5.04],
  [20, 330],
  [30, 406],
];

/**
 * Settings for a power and a number of memories, found on digits of 784 pixels for n = 2, 3, 20, 30 and by straight lines between. T
 * grows as the n-th root of K, and as the root of the number of pixels, with which chance overlaps grow. A small power needs small memories at first: else all of them see all images alike, and the
 * classifier remains a linear one.
 *
 * @param power of this form; that of the dual form is one less for the same classifier
 */
export function usualDense(
  power: number,
  memories: number,
  { pixels = PIXELS, form = "direct" }: UsualOptions = {},
): UsualDense {
  const n = form === "direct" ? power : power + 1;
  const factor = between(TEMPERATURES, n);
  const direct = factor * Math.sqrt(pixels / PIXELS) * pow(memories, 1 / n);
  // For small class units the direct gap is 2 n / T^n times the sum of the dual one.
  const dual = exp((n * log(direct) - log(2 * n)) / (n - 1));
  const mixed = (small: number, large: number) =>
    between(
      [
        [3, small],
        [20, large],
      ],
      n,
    );
  return {
    temperature: Number((form === "direct" ? direct : dual).toPrecision(3)),
    errorPower: Math.round(mixed(2, 10)),
    rate: Number(mixed(0.01, 0.03).toPrecision(3)),
    momentum: Number(mixed(0.8, 0.6).toPrecision(3)),
    mean: Number(mixed(-0.03, -0.3).toPrecision(3)),
    deviation: Number(mixed(0.1, 0.3).toPrecision(3)),
  };
}

/** The value at x on straight lines between points, constant beyond them. */
function between(points: readonly (readonly [x: number, y: number])[], x: number): number {
  const above = points.findIndex(([at]) => at >= x);
  if (above < 0) return points[points.length - 1][1];
  if (above === 0) return points[0][1];
  const [[x0, y0], [x1, y1]] = [points[above - 1], points[above]];
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}
