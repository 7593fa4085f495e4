import { exp } from "../../math/elementary.js";

const BINS = 8192;

/**
 * How far similarities are behind the largest, counted in bins of equal width: bounds of sum_j e^(-beta g_j) over the gaps g_j > 0
 * without an exponential for each.
 *
 * For n gaps of the mean g in a bin from a to b = a + d, since e^-x is convex,
 *
 *   n e^(-beta g) <= sum_j e^(-beta g_j) <= n ((b - g) e^(-beta a) + (g - a) e^(-beta b)) / d,
 *
 * the inequality of Jensen and the chord: at most a part (beta d)^2 / 8 of the sum apart for small beta d.
 */
export class Gaps {
  readonly #width: number;
  readonly #counts = new Uint32Array(BINS);
  readonly #sums = new Float64Array(BINS);

  constructor(similarities: Float64Array, first: number) {
    let least = first;
    for (let j = 0; j < similarities.length; j++) least = Math.min(least, similarities[j]);
    this.#width = (first - least) / BINS;
    for (let j = 0; j < similarities.length; j++) {
      const gap = first - similarities[j];
      if (gap === 0) continue;
      const bin = Math.min(BINS - 1, Math.floor(gap / this.#width));
      this.#counts[bin]++;
      this.#sums[bin] += gap;
    }
  }

  /** Bounds of sum_j e^(-beta g_j), but for rounding. */
  sum(beta: number): { readonly lower: number; readonly upper: number } {
    let [lower, upper] = [0, 0];
    const width = this.#width;
    const ratio = exp(-beta * width);
    for (let bin = 0; bin < BINS; bin++) {
      const count = this.#counts[bin];
      if (count === 0) continue;
      const start = bin * width;
      const mean = this.#sums[bin] / count;
      const part = Math.min(1, Math.max(0, (mean - start) / width));
      lower += count * exp(-beta * mean);
      upper += count * exp(-beta * start) * (1 - part + part * ratio);
    }
    return { lower, upper };
  }
}
