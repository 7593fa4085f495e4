import type { VectorSeparation } from "./separations/separation.js";

/**
 * The weights of the patterns for a query.
 *
 * @param allowed 1 for patterns that may be retrieved, if not all may
 */
export function weigh(
  similarities: Float64Array,
  beta: number,
  separation: VectorSeparation,
  allowed?: Uint8Array,
): { readonly weights: Float64Array; readonly potential: number } {
  if (allowed === undefined) return separation.weigh(similarities.map((s) => beta * s));
  // What is left out does not exist: the same bits as without it.
  const rows: number[] = [];
  for (let j = 0; j < allowed.length; j++) if (allowed[j] === 1) rows.push(j);
  const { weights: some, potential } = separation.weigh(Float64Array.from(rows, (j) => beta * similarities[j]));
  const weights = new Float64Array(similarities.length);
  rows.forEach((j, k) => {
    weights[j] = some[k];
  });
  return { weights, potential };
}

/** Weights that are sorted at once; of more the bin is looked for in which the sum is reached. */
const SORTED = 512;
const BINS = 256;

/** The fewest weights that add up to `share` of all; 0 if there are none. */
export function fewest(weights: Float64Array, share: number): number {
  let [some, many] = [weights, weights.length];
  let [count, sum] = [0, 0];
  for (;;) {
    let [low, high, positive] = [Number.POSITIVE_INFINITY, 0, 0];
    for (let k = 0; k < many; k++) {
      if (some[k] > high) high = some[k];
      if (some[k] > 0 && some[k] < low) low = some[k];
      if (some[k] > 0) positive++;
    }
    if (positive > 0 && sum + high >= share) return count + 1;
    if (positive <= SORTED || high === low) break;
    const scale = BINS / (high - low);
    const [counts, sums] = [new Uint32Array(BINS), new Float64Array(BINS)];
    for (let k = 0; k < many; k++) {
      if (!(some[k] > 0)) continue;
      const bin = Math.min(BINS - 1, Math.floor((high - some[k]) * scale));
      counts[bin]++;
      sums[bin] += some[k];
    }
    let chosen = 0;
    for (; chosen < BINS - 1 && sum + sums[chosen] < share; chosen++) {
      sum += sums[chosen];
      count += counts[chosen];
    }
    const left = new Float64Array(counts[chosen]);
    for (let k = 0, at = 0; k < many; k++) {
      if (some[k] > 0 && Math.min(BINS - 1, Math.floor((high - some[k]) * scale)) === chosen) left[at++] = some[k];
    }
    [some, many] = [left, left.length];
  }
  const sorted = some.filter((weight) => weight > 0).sort();
  for (let k = 1; k <= sorted.length; k++) {
    sum += sorted[sorted.length - k];
    // A sum of all of them can be rounded below 1.
    if (sum >= share) return count + k;
  }
  return count + sorted.length;
}

/** The indices of the `count` largest weights above 0, the largest first; of equal ones the first first. */
export function largest(weights: Float64Array, count: number): number[] {
  const best: number[] = [];
  for (let j = 0; j < weights.length; j++) {
    if (!(weights[j] > 0) || (best.length === count && !(weights[j] > weights[best[count - 1]]))) continue;
    let at = best.length === count ? count - 1 : best.length;
    for (; at > 0 && weights[j] > weights[best[at - 1]]; at--) best[at] = best[at - 1];
    best[at] = j;
  }
  return best;
}
