import { ArgumentError, DataError, requireInteger, requireNumber } from "../errors.js";
import { type LinePoint, wolfeStep } from "./line-search.js";
import { dot } from "./vector.js";

/** A differentiable function: returns f(x) and writes its gradient. It must not keep or change `x`. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

/** Options of a minimisation. */
export interface LbfgsOptions {
  /** Maximum number of iterations; defaults to 1000. */
  readonly iterations?: number | undefined;
  /** It has converged when max |g_i| is at most this; defaults to 1e-8. */
  readonly tolerance?: number | undefined;
  /** Number of pairs of changes of x and of the gradient that are kept; defaults to 10. */
  readonly memory?: number | undefined;
  /** Relative error of the values of f; defaults to 1e-14. Use about 1e-7 for values computed in single precision. */
  readonly precision?: number | undefined;
}

/** The state of a minimisation. `x` and `gradient` change with the next step. */
export interface LbfgsIteration {
  /** 0 at the start. */
  readonly iteration: number;
  readonly x: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
  /** max |g_i| */
  readonly gradientNorm: number;
  /** Number of evaluations of the function so far. */
  readonly evaluations: number;
}

/** The result of a minimisation. */
export interface LbfgsResult extends LbfgsIteration {
  /**
   * - `converged`: the gradient is within the tolerance
   * - `stalled`: no step along the steepest descent lowers f: it is as low as its precision allows, or not
   *   differentiable
   * - `iterations`: the maximum number of iterations was reached
   */
  readonly outcome: "converged" | "stalled" | "iterations";
}

interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
  readonly sy: number;
}

/**
 * Minimises a function of many variables, one iteration at a time, by the limited-memory BFGS method: a step goes along
 * -H g, where the inverse Hessian H is made of the last few changes of x and of the gradient by the two-loop recursion
 * (Nocedal, Updating quasi-Newton matrices with limited storage, 1980; Nocedal and Wright, Numerical optimization, 2006,
 * algorithm 7.4), and its length satisfies the strong Wolfe conditions with c1 = 1e-4 and c2 = 0.9.
 *
 * @throws ArgumentError for options out of range, DataError where f or its gradient is not finite at the start
 */
export function* lbfgs(
  objective: Objective,
  start: ArrayLike<number>,
  options: LbfgsOptions = {},
): Generator<LbfgsIteration, LbfgsResult> {
  const { iterations = 1000, tolerance = 1e-8, memory = 10, precision = 1e-14 } = options;
  requireInteger("iterations", iterations, 0);
  requireNumber("tolerance", tolerance, 0);
  requireInteger("memory", memory, 1);
  requireNumber("precision", precision, 0, 1);
  if (!(start?.length > 0)) throw new ArgumentError("start is empty; give a number for every variable");
  let x = Float64Array.from(start);
  let gradient = new Float64Array(x.length);
  let value = objective(x, gradient);
  if (!Number.isFinite(value + largest(gradient))) {
    throw new DataError(`f is ${value} at the start, with ${largest(gradient)} in its gradient; both must be finite`);
  }
  let evaluations = 1;
  let trial = new Float64Array(x.length);
  let trialGradient = new Float64Array(x.length);
  const direction = new Float64Array(x.length);
  let pairs: Pair[] = [];
  const state = (iteration: number): LbfgsIteration => {
    return { iteration, x, value, gradient, gradientNorm: largest(gradient), evaluations };
  };
  let last = 0;
  const evaluate = (step: number): LinePoint => {
    for (let i = 0; i < x.length; i++) trial[i] = x[i] + step * direction[i];
    evaluations++;
    last = step;
    const value = objective(trial, trialGradient);
    return { step, value, slope: dot(trialGradient, direction) };
  };

  for (let iteration = 0; ; iteration++) {
    yield state(iteration);
    if (largest(gradient) <= tolerance) return { ...state(iteration), outcome: "converged" };
    if (iteration === iterations) return { ...state(iteration), outcome: "iterations" };
    let point: LinePoint | undefined;
    for (;;) {
      descend(gradient, pairs, direction);
      const slope = dot(gradient, direction);
      const first = pairs.length === 0 ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
      const noise = precision * Math.abs(value);
      const conditions = { decrease: 1e-4, curvature: 0.9, noise, evaluations: 25 };
      point = slope < 0 ? wolfeStep(evaluate, { step: 0, value, slope }, first, conditions) : undefined;
      if (point !== undefined || pairs.length === 0) break;
      pairs = [];
    }
    if (point === undefined) return { ...state(iteration), outcome: "stalled" };
    if (point.step !== last) evaluate(point.step);
    const s = trial.map((t, i) => t - x[i]);
    const y = trialGradient.map((g, i) => g - gradient[i]);
    const sy = dot(s, y);
    if (sy > 2 ** -52 * dot(y, y)) pairs.push({ s, y, sy });
    if (pairs.length > memory) pairs.shift();
    [x, trial] = [trial, x];
    [gradient, trialGradient] = [trialGradient, gradient];
    value = point.value;
  }
}

/** Minimises a function to the end; see `lbfgs`. */
export function minimise(objective: Objective, start: ArrayLike<number>, options?: LbfgsOptions): LbfgsResult {
  const steps = lbfgs(objective, start, options);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** out = -H g by the two-loop recursion; -g while there are no pairs. */
function descend(gradient: Float64Array, pairs: readonly Pair[], out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = -gradient[i];
  const alpha = new Float64Array(pairs.length);
  for (let k = pairs.length - 1; k >= 0; k--) {
    const { s, y, sy } = pairs[k];
    alpha[k] = dot(s, out) / sy;
    add(-alpha[k], y, out);
  }
  const last = pairs.at(-1);
  if (last !== undefined) {
    const scale = last.sy / dot(last.y, last.y);
    for (let i = 0; i < out.length; i++) out[i] *= scale;
  }
  for (let k = 0; k < pairs.length; k++) {
    const { s, y, sy } = pairs[k];
    add(alpha[k] - dot(y, out) / sy, s, out);
  }
}

/** out += factor x */
function add(factor: number, x: Float64Array, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] += factor * x[i];
}

/** max |x_i|; NaN if one is NaN. */
function largest(x: Float64Array): number {
  let result = 0;
  for (let i = 0; i < x.length; i++) result = Math.max(result, Math.abs(x[i]));
  return result;
}
