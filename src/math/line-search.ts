/** phi(t) = f(x + t d) along a line, and its slope. */
export interface LinePoint {
  readonly step: number;
  readonly value: number;
  readonly slope: number;
}

/** The conditions on a step, and the limits of the search. */
export interface WolfeConditions {
  /** c1: phi(t) <= phi(0) + c1 t phi'(0). */
  readonly decrease: number;
  /** c2 > c1: |phi'(t)| <= -c2 phi'(0). */
  readonly curvature: number;
  /** Absolute error of the values. */
  readonly noise: number;
  /** Maximum number of evaluations. */
  readonly evaluations: number;
}

/**
 * A step along a descent direction that satisfies the strong Wolfe conditions: a bracket is found by growing steps and
 * made smaller by cubic interpolation (Nocedal and Wright, Numerical optimization, 2006, algorithms 3.5 and 3.6). Where
 * phi differs from phi(0) by no more than its error, the decrease is read from the slope instead,
 * phi'(t) <= (2 c1 - 1) phi'(0) (Hager and Zhang, A new conjugate gradient method with guaranteed descent, 2005, equation 4.1).
 *
 * A value that is not finite counts as too large a step.
 *
 * @returns the step; if the evaluations do not suffice, the best one that satisfies the first condition alone, or
 *   undefined if there is none
 */
export function wolfeStep(
  at: (step: number) => LinePoint,
  start: LinePoint,
  first: number,
  { decrease, curvature, noise, evaluations }: WolfeConditions,
): LinePoint | undefined {
  const falls = (p: LinePoint) =>
    p.value <= start.value + decrease * p.step * start.slope ||
    (Math.abs(p.value - start.value) <= noise && p.slope <= (2 * decrease - 1) * start.slope);
  const flat = (p: LinePoint) => Math.abs(p.slope) <= -curvature * start.slope;
  let low = start;
  let high: LinePoint | undefined;
  let step = first;
  for (let k = 0; k < evaluations; k++) {
    const point = at(step);
    if (!(Number.isFinite(point.value) && Number.isFinite(point.slope))) {
      high = { step, value: Number.POSITIVE_INFINITY, slope: Number.NaN };
    } else if (!falls(point) || (point.value > low.value + noise && low !== start)) high = point;
    else if (flat(point)) return point;
    else {
      // The minimum lies on the side of `point` to which phi falls.
      const beyond = high === undefined || high.step > low.step ? point.slope < 0 : point.slope > 0;
      if (!beyond) high = low;
      low = point;
    }
    if (high === undefined) step *= 4;
    else {
      step = between(low, high);
      if (Math.abs(high.step - low.step) <= 2 ** -50 * Math.max(high.step, low.step)) break;
    }
  }
  return low.value < start.value ? low : undefined;
}

/**
 * The minimum of the cubic through two points with their slopes, kept away from the ends by a tenth of the distance;
 * the midpoint if the cubic has no minimum.
 */
function between(a: LinePoint, b: LinePoint): number {
  const width = b.step - a.step;
  const middle = a.step + width / 2;
  if (!Number.isFinite(b.value)) return a.step + width / 10;
  const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.step - b.step);
  const square = d1 * d1 - a.slope * b.slope;
  if (!(square >= 0)) return middle;
  const d2 = Math.sign(width) * Math.sqrt(square);
  const t = (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2);
  return a.step + width * Math.min(0.9, Math.max(0.1, Number.isFinite(t) ? 1 - t : 0.5));
}
