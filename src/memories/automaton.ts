import { ArgumentError, requireInteger, requireNumber, ShapeError } from "../errors.js";
import { asMatrix, largestEntry, type Matrix } from "../math/matrix.js";
import { dot, norm } from "../math/vector.js";
import { Orbit } from "./orbit.js";

/** Options of a run of an eigenvector automaton. */
export interface AutomatonOptions {
  /** Largest number of steps; defaults to 10,000. */
  readonly maxSteps?: number | undefined;
  /** Largest |x W - lambda x| / |x W| of an eigenvector, and distance of unit vectors of a cycle; defaults to 1e-12. */
  readonly tolerance?: number | undefined;
  /** Length of the longest cycle to look for; defaults to 256. */
  readonly longestCycle?: number | undefined;
}

/** The limit of the direction of x(t), with its evidence. */
export interface AutomatonRun {
  /** The final direction, of length 1. The largest entry of an eigenvector is positive. */
  readonly state: Float64Array;
  /** Whether an eigenvector or a cycle was reached. */
  readonly converged: boolean;
  /** 1 for an eigenvector, the length of a cycle of directions, 0 for neither. */
  readonly period: number;
  /** Number of steps made. */
  readonly steps: number;
  /** lambda with x W = lambda x, 0 below n 2^-52 max |w_ij|; absent if no eigenvector was reached. */
  readonly eigenvalue?: number;
  /** |x W - lambda x| / |x W| of the last step with the best lambda: 0 for an exact eigenvector. */
  readonly residual: number;
  /** Factor by which the length of x grows in one period; |lambda| for an eigenvector. */
  readonly growth?: number;
}

/**
 * The eigenvector automaton x(t+1) = x(t) W on a real n x n matrix, x a row (Rojas, Neural Networks, 1996, section
 * 12.1.3): the linear autoassociator with feedback, whose attractors are eigenvectors. Only the direction of x is
 * followed, so nothing grows out of range.
 *
 * - If one real eigenvalue lambda_1 has a larger magnitude than all others and x(0) has a component along its (left)
 *   eigenvector, the direction converges to it, at the rate |lambda_2 / lambda_1| per step. A negative lambda_1 reverses x
 *   at each step, which also counts as convergence.
 * - Without that component it converges to the largest eigenvalue of which x(0) has one: start at random to avoid this.
 * - Complex eigenvalues of the largest magnitude rotate the direction: in a cycle if the angle is a rational part of the
 *   circle (90 degrees: length 4), otherwise for ever. Two real ones, lambda and -lambda, give a cycle of length 2.
 *   Directions on a cycle are equal up to a positive factor.
 *
 * Otherwise `period` is 0: neither was reached in `maxSteps` steps, because none exists or convergence is slow.
 */
export class EigenvectorAutomaton {
  readonly units: number;
  readonly weights: Matrix;

  /** @throws ShapeError for weights that are not square, DataError for weights that are not finite */
  constructor(weights: Matrix | ArrayLike<ArrayLike<number>>) {
    this.weights = asMatrix("weights", weights);
    this.units = this.weights.rows;
    if (this.weights.columns !== this.units) {
      throw new ShapeError(`weights is ${this.units} x ${this.weights.columns}; expected a square matrix`);
    }
  }

  /** Runs from x(0). @throws ShapeError for a start of another size, DataError if it is not finite, ArgumentError if zero */
  run(
    start: ArrayLike<number>,
    { maxSteps = 10_000, tolerance = 1e-12, longestCycle = 256 }: AutomatonOptions = {},
  ): AutomatonRun {
    requireInteger("maxSteps", maxSteps, 1);
    requireInteger("longestCycle", longestCycle, 1);
    requireNumber("tolerance", tolerance, 2 ** -52, 0.1);
    let state = this.#direction(start);
    const orbit = new Orbit(tolerance, longestCycle);
    orbit.add(state, 1);
    const scale = largestEntry(this.weights) || 1;
    const growths: number[] = [];
    const residuals: number[] = [];
    for (let steps = 1; ; steps++) {
      const next = times(state, this.weights, scale);
      const length = norm(next);
      const vanishes = length <= this.units * 2 ** -52;
      const rayleigh = vanishes ? 0 : dot(state, next);
      const residual = vanishes ? 0 : norm(next.map((value, i) => value - rayleigh * state[i])) / length;
      if (residual <= tolerance) {
        const eigenvalue = rayleigh * scale;
        const growth = Math.abs(eigenvalue);
        return { state: upright(state), converged: true, period: 1, steps, eigenvalue, residual, growth };
      }
      state = next.map((value) => value / length);
      growths.push(length * scale);
      residuals.push(residual);
      const period = orbit.add(state, 1);
      // On the way to an eigenvector whose neighbour has the other sign, every second direction repeats long before
      // successive ones do: but then the residual still shrinks.
      const change = Math.abs(residual - residuals[residuals.length - 1 - period]);
      const steady = change <= Math.max(tolerance * residual, 8 * this.units * 2 ** -52);
      if (period > 0 && steady && residual > 1000 * tolerance) {
        const growth = growths.slice(-period).reduce((all, one) => all * one, 1);
        return { state, converged: true, period, steps, residual, growth };
      }
      if (steps === maxSteps) return { state, converged: false, period: 0, steps, residual };
    }
  }

  #direction(start: ArrayLike<number>): Float64Array {
    const { columns, values } = asMatrix("start", [start]);
    if (columns !== this.units) {
      throw new ShapeError(`start has ${columns} entries but the automaton has ${this.units} units`);
    }
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    if (largest === 0) throw new ArgumentError("start is zero; expected a vector with a direction");
    const scaled = values.map((value) => value / largest);
    const length = norm(scaled);
    return scaled.map((value) => value / length);
  }
}

/** x W / scale */
function times(x: Float64Array, { columns, values }: Matrix, scale: number): Float64Array {
  const out = new Float64Array(columns);
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < columns; j++) out[j] += x[i] * (values[i * columns + j] / scale);
  }
  return out;
}

/** x or -x, whichever has a positive largest entry. */
function upright(x: Float64Array): Float64Array {
  let largest = 0;
  for (let i = 1; i < x.length; i++) if (Math.abs(x[i]) > Math.abs(x[largest])) largest = i;
  return x[largest] < 0 ? x.map((value) => -value) : x;
}
