import { exp, log } from "./elementary.js";

/**
 * Logarithms of sums of exponentials that neither overflow nor lose small terms, built on the elementary functions of
 * this folder: the same bits on every machine.
 */

/** log(1 + x) for x > -1, precise for small x too: log(u) x / (u - 1) with u the rounded 1 + x (Kahan, as in HP-15C, 1982). */
export function log1p(x: number): number {
  const u = 1 + x;
  if (u === 1) return x;
  return u === Number.POSITIVE_INFINITY ? u : (log(u) * x) / (u - 1);
}

/** log(1 + e^x) = max(x, 0) + log(1 + e^-|x|). */
export function softplus(x: number): number {
  return Math.max(x, 0) + log1p(exp(-Math.abs(x)));
}

/** 1 / (1 + e^-x), precise on both sides. */
export function sigmoid(x: number): number {
  const e = exp(-Math.abs(x));
  return (x < 0 ? e : 1) / (1 + e);
}

/** log(2 cosh x) = |x| + log(1 + e^-2|x|). */
export function logTwoCosh(x: number): number {
  const a = Math.abs(x);
  return a + log1p(exp(-2 * a));
}

/** log sum_k e^(x_k); -Infinity for no values. */
export function logSumExp(values: ArrayLike<number>): number {
  const sum = new LogSum();
  for (let k = 0; k < values.length; k++) sum.add(values[k]);
  return sum.value;
}

/** log sum_k e^(x_k) of values added one after the other; the sum is kept relative to the largest so far. */
export class LogSum {
  #largest = Number.NEGATIVE_INFINITY;
  #sum = 0;

  add(x: number): void {
    if (x <= this.#largest) this.#sum += x === Number.NEGATIVE_INFINITY ? 0 : exp(x - this.#largest);
    else {
      this.#sum = this.#sum === 0 ? 1 : this.#sum * exp(this.#largest - x) + 1;
      this.#largest = x;
    }
  }

  get value(): number {
    return this.#largest + log(this.#sum);
  }
}
