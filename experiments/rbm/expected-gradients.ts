import type { Rbm } from "engram";
import { square } from "engram/math";
import { errorOf, type GradientError, type Moments } from "./gradient-errors.js";

/**
 * Expectations of estimates by Gibbs chains, without a chain: in a small machine of binary units, distributions over all
 * states of a layer are passed through p(h | v) and p(v | h). State s of a layer has its unit i on where s has bit i.
 */

/** The errors of CD-k, which starts at the rows of data, for each of these k. */
export function expectedContrastiveDivergence(
  rbm: Rbm,
  rows: Float64Array,
  steps: readonly number[],
): readonly GradientError[] {
  let visible = startsOf(rows, rbm.visible.width);
  const found = new Map<number, GradientError>();
  for (let step = 0; ; step++) {
    if (steps.includes(step)) found.set(step, errorOf(rbm, rows, momentsOf(rbm, visible)));
    if (step >= Math.max(...steps)) return steps.map((k) => found.get(k)!);
    visible = toVisible(rbm, toHidden(rbm, visible));
  }
}

/** PCD-1 beside a machine that does not learn from it: its chains all begin with the same distribution. */
export class ExpectedPersistent {
  readonly #rbm: Rbm;
  #visible: Float64Array[];
  #hidden: Float64Array[];

  /** Visible units without input from hidden ones, as the chains of PCD begin. */
  constructor(rbm: Rbm) {
    this.#rbm = rbm;
    const start = new Float64Array(2 ** rbm.visible.width);
    setProduct(rbm.visible.mean(new Float64Array(rbm.visible.width), 1, new Float64Array(rbm.visible.width)), start);
    this.#visible = [start];
    this.#hidden = toHidden(rbm, this.#visible);
  }

  /** One update of the chains at the machine as it is now. */
  advance(): void {
    this.#visible = toVisible(this.#rbm, this.#hidden);
    this.#hidden = toHidden(this.#rbm, this.#visible);
  }

  /** The errors at the machine as it is now, before it moves on. */
  measure(rows: Float64Array): GradientError {
    return errorOf(this.#rbm, rows, momentsOf(this.#rbm, this.#visible));
  }
}

/** A distribution for every row: the row itself with certainty. */
function startsOf(rows: Float64Array, width: number): Float64Array[] {
  return Array.from({ length: rows.length / width }, (_, r) => {
    const start = new Float64Array(2 ** width);
    start[rows.subarray(r * width, (r + 1) * width).reduce((state, x, i) => state + x * 2 ** i, 0)] = 1;
    return start;
  });
}

function toHidden(rbm: Rbm, visible: readonly Float64Array[]): Float64Array[] {
  return pass(visible, rbm.hiddenMean(statesOf(rbm.visible.width)), rbm.hidden.width);
}

function toVisible(rbm: Rbm, hidden: readonly Float64Array[]): Float64Array[] {
  return pass(hidden, rbm.visibleMean(statesOf(rbm.hidden.width)), rbm.visible.width);
}

/** sum_x q(x) p(y | x) for every state y of a layer of `width` units, whose means given x are row x of `means`. */
function pass(distributions: readonly Float64Array[], means: Float64Array, width: number): Float64Array[] {
  const passed = distributions.map(() => new Float64Array(2 ** width));
  const conditional = new Float64Array(2 ** width);
  for (let x = 0; x * width < means.length; x++) {
    setProduct(means.subarray(x * width, (x + 1) * width), conditional);
    for (const [r, q] of distributions.entries()) {
      const [p, to] = [q[x], passed[r]];
      if (p !== 0) for (let y = 0; y < to.length; y++) to[y] += p * conditional[y];
    }
  }
  return passed;
}

/** The probability of every state of independent units with these means. */
function setProduct(means: Float64Array, out: Float64Array): void {
  out[0] = 1;
  for (let i = 0; i < means.length; i++) {
    const half = 2 ** i;
    for (let s = 0; s < half; s++) {
      out[half + s] = out[s] * means[i];
      out[s] *= 1 - means[i];
    }
  }
}

/** Every state, a row each. */
function statesOf(width: number): Float64Array {
  const states = new Float64Array(width * 2 ** width);
  for (let s = 0, at = 0; at < states.length; s++) {
    for (let i = 0; i < width; i++) states[at++] = (s >>> i) & 1;
  }
  return states;
}

/** Of v h^T with the mean of h given v, where v has any of these distributions, equally often. */
function momentsOf(rbm: Rbm, distributions: readonly Float64Array[]): Moments {
  const [n, k] = [rbm.visible.width, rbm.hidden.width];
  const states = statesOf(n);
  const means = rbm.hiddenMean(states);
  const mean = new Float64Array(n * k);
  let variance = 0;
  for (const q of distributions) {
    const own = new Float64Array(n * k);
    for (const [s, p] of q.entries()) {
      let [on, squares] = [0, 0];
      for (let j = 0; j < k; j++) squares += square(means[s * k + j]);
      for (let i = 0; i < n; i++) {
        if (states[s * n + i] === 0) continue;
        on++;
        for (let j = 0; j < k; j++) own[i * k + j] += p * means[s * k + j];
      }
      variance += (p * on * squares) / distributions.length;
    }
    for (let w = 0; w < mean.length; w++) {
      mean[w] += own[w] / distributions.length;
      variance -= square(own[w]) / distributions.length;
    }
  }
  return { mean, variance, noise: 0 };
}
