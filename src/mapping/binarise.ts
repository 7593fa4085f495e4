import { requireInteger, requireNumber } from "../errors.js";
import { tanh } from "../math/elementary.js";
import { type Matrix, timesVector, transposedTimesVector } from "../math/matrix.js";
import type { Random } from "../math/random.js";

/** Options of the descent to a binary vector. */
export interface DescentOptions {
  /** alpha, the slope of the tanh that approximates the sign; defaults to 200. */
  readonly alpha?: number | undefined;
  /** Step length; defaults to 0.05. */
  readonly step?: number | undefined;
  /** Largest number of steps; defaults to 500. */
  readonly iterations?: number | undefined;
}

/** Result of a descent. */
export interface Descent {
  /** x, p values: the best one of the descent. */
  readonly x: Float64Array;
  /** W x, N values. */
  readonly projected: Float64Array;
  /** |W x - tanh(alpha W x)|^2 */
  readonly error: number;
  /** Number of steps until x was stationary, or the limit was reached. */
  readonly iterations: number;
}

/** x is stationary if no entry changes by more than this part of the largest. */
const STILL = 1e-13;

/**
 * Gradient descent on |W x - tanh(alpha W x)|^2, which is 0 if W x is a vector of -1 and +1 (Smart and Zilman, On the
 * mapping between Hopfield networks and Restricted Boltzmann Machines, 2021, appendix D.3; eq. D.6 prints sech^2(W X) for
 * what is sech^2(alpha W X)). Away from zeros of W x the steps are those of x -> x - 2 eta W^T (W x - sgn(W x)). The error may rise at steps in which an entry of W x changes
 * sign, so the best x is kept.
 *
 * @throws ArgumentError for options out of their range
 */
export function descend(weights: Matrix, start: Float64Array, options: DescentOptions = {}): Descent {
  const { alpha = 200, step = 0.05, iterations = 500 } = options;
  requireNumber("alpha", alpha, 1, Number.MAX_VALUE);
  requireNumber("step", step, Number.MIN_VALUE, Number.MAX_VALUE);
  requireInteger("iterations", iterations, 0);
  const slopes = new Float64Array(weights.rows);
  const x = start.slice();
  const projected = new Float64Array(weights.rows);
  let best: Descent | undefined;
  for (let made = 0; ; made++) {
    timesVector(weights, x, projected);
    let error = 0;
    for (let i = 0; i < slopes.length; i++) {
      const t = tanh(alpha * projected[i]);
      const e = projected[i] - t;
      error += e * e;
      slopes[i] = 2 * e * (1 - alpha * (1 - t * t));
    }
    if (best === undefined || error < best.error) {
      best = { x: x.slice(), projected: projected.slice(), error, iterations: made };
    }
    if (made === iterations || !Number.isFinite(error)) return { ...best, iterations: made };
    const gradient = transposedTimesVector(weights, slopes);
    let moved = 0;
    let largest = 0;
    for (let j = 0; j < x.length; j++) {
      x[j] -= step * gradient[j];
      moved = Math.max(moved, Math.abs(step * gradient[j]));
      largest = Math.max(largest, Math.abs(x[j]));
    }
    if (moved <= STILL * largest) return { ...best, iterations: made + 1 };
  }
}

const KURTOSIS_STEP = 0.1;
const KURTOSIS_STEPS = 300;

/**
 * A start near a binary vector in the span of orthonormal columns: of all y = W x with |y|^2 = N those of -1 and +1 have the
 * least fourth moment, sum_i y_i^4 = N, which is minimised on the sphere from a random point. This is how blind source
 * separation finds binary sources (Hyvärinen and Oja, A fast fixed-point algorithm for independent component analysis,
 * 1997). From there a descent finds far more of the patterns than from a random point.
 *
 * x stays orthogonal to the orthonormal vectors `found`: those of patterns already found.
 */
export function kurtosisStart(weights: Matrix, random: Random, found: readonly Float64Array[]): Float64Array {
  const { rows: n, columns: p } = weights;
  const x = Float64Array.from({ length: p }, () => random.normal());
  projectOut(found, x);
  onSphere(x, n);
  const y = new Float64Array(n);
  for (let made = 0; made < KURTOSIS_STEPS; made++) {
    timesVector(weights, x, y);
    for (let i = 0; i < n; i++) y[i] *= y[i] * y[i] - 1;
    const slope = transposedTimesVector(weights, y);
    projectOut(found, slope);
    for (let j = 0; j < p; j++) x[j] -= KURTOSIS_STEP * slope[j];
    onSphere(x, n);
  }
  return x;
}

/** Removes the components along orthonormal vectors from x. */
export function projectOut(found: readonly Float64Array[], x: Float64Array): void {
  for (const q of found) {
    let part = 0;
    for (let j = 0; j < x.length; j++) part += q[j] * x[j];
    for (let j = 0; j < x.length; j++) x[j] -= part * q[j];
  }
}

/** Scales x to the length sqrt(n). */
function onSphere(x: Float64Array, n: number): void {
  let square = 0;
  for (let j = 0; j < x.length; j++) square += x[j] * x[j];
  const factor = Math.sqrt(n / square);
  for (let j = 0; j < x.length; j++) x[j] *= factor;
}
