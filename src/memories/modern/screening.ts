import { BLOCK, type BlockBounds } from "../../kernels/index.js";
import { exp } from "../../math/elementary.js";

/*
 * Which patterns a softmax can leave out, with a proof. Every score of block b is at most u_b = beta U_b, and one pattern at least
 * has a score of l = beta max_b L_b, with the bounds of `VectorScreen`. The weights of the blocks D that are left out add up to
 *
 *   sum_{j in D} e^(t_j) / sum_j e^(t_j) <= sum_{b in D} 16 e^(u_b - l)
 *
 * of all. Blocks are counted by their gap l - u_b in steps of a quarter, rounded down, and left out from the largest gap on as
 * long as this sum is at most what may be omitted. A block that may hold one of the `most` heaviest patterns is always kept:
 * `most` blocks have a lower bound of at least the `most`-th largest, so that a block with a smaller upper bound holds none.
 */

/** Steps of a gap of 1, and the number of steps that are told apart; beyond, e^-100 stands for a weight. */
const STEPS = 4;
const GAPS = 400;
/** More of the patterns than this part are weighed all together rather. */
const WORTH = 1 / 4;
/** Exponentials and sums of a few hundred of them are exact to this. */
const ROUNDING = 1 + 1e-9;

/** The patterns that are kept. */
export interface Kept {
  /** Ascending. */
  readonly rows: Uint32Array;
  /** An upper bound of the part of the weight that the others have. */
  readonly omitted: number;
}

/** What may be left out. */
export interface ScreeningOptions {
  /** Number of patterns. */
  readonly count: number;
  readonly beta: number;
  /** The largest part of the weight that may be left out. */
  readonly omitted: number;
  /** Number of patterns that are kept in any case, the heaviest. */
  readonly most: number;
}

/** The patterns that must be weighed for a query; undefined where these are so many that all may be as well. */
export function keptRows(
  { upper, lower }: BlockBounds,
  { count, beta, omitted, most }: ScreeningOptions,
): Kept | undefined {
  const top = largestOf(lower, most);
  const [best, least] = [top[0], top.length < most ? Number.NEGATIVE_INFINITY : top[most - 1]];
  const gapOf = (b: number) => Math.max(0, Math.min(GAPS, Math.floor(STEPS * beta * (best - upper[b]))));
  const counts = new Uint32Array(GAPS + 1);
  for (let b = 0; b < upper.length; b++) counts[gapOf(b)]++;
  let [limit, sum] = [GAPS + 1, 0];
  for (; limit > 1; limit--) {
    const more = counts[limit - 1] * BLOCK * exp(-(limit - 1) / STEPS) * ROUNDING;
    if (sum + more > omitted) break;
    sum += more;
  }
  const kept: number[] = [];
  for (let b = 0; b < upper.length; b++) if (gapOf(b) < limit || upper[b] >= least) kept.push(b);
  if (kept.length * BLOCK > WORTH * count) return undefined;
  const rows = new Uint32Array(kept.length * BLOCK);
  let at = 0;
  for (const b of kept) {
    for (let j = b * BLOCK; j < Math.min(count, (b + 1) * BLOCK); j++) rows[at++] = j;
  }
  return { rows: rows.subarray(0, at), omitted: sum };
}

/** The `most` largest numbers, or all, the largest first. */
function largestOf(numbers: Float64Array, most: number): number[] {
  const top: number[] = [];
  for (const x of numbers) {
    if (top.length === most && !(x > top[most - 1])) continue;
    let at = Math.min(top.length, most - 1);
    for (; at > 0 && x > top[at - 1]; at--) top[at] = top[at - 1];
    top[at] = x;
  }
  return top;
}
