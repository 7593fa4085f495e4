import { CHUNK, type Comparison, type VectorOperator, type VectorScreen } from "../../kernels/index.js";
import type { VectorSeparation } from "./separations/separation.js";

/** Some patterns, by row, with their weights. */
export interface Weights {
  readonly rows: Uint32Array;
  readonly weights: Float64Array;
}

/** How the patterns weigh for a query. Valid until the next queries are weighed. */
export interface Weighed {
  /** The largest similarity, and the second largest, -Infinity where there is one pattern. */
  readonly first: number;
  readonly second: number;
  /** The potential of the scores; -Infinity where no pattern is in reach. */
  readonly potential: number;
  /** sum_j p_j x_j. */
  mean(): Float64Array;
  /** p_j of all patterns that may be retrieved. */
  weights(): Float64Array;
  /** Patterns with a weight, ascending: those of at least `least`, and the `most` heaviest, or all if there are fewer. */
  candidates(least: number, most: number): Weights;
  /** The first row with the largest similarity. */
  nearest(): number;
}

/** How patterns are weighed for a query. */
export interface WeighingOptions {
  readonly comparison: Comparison;
  readonly beta: number;
  readonly separation: VectorSeparation;
  /** Whether a screen takes memory, too. */
  readonly isBesideScreen: boolean;
}

/** What patterns weigh for a query, and which patterns. */
export interface Retrieved {
  readonly weighed: Weighed;
  /** The rows that were weighed; all without them. */
  readonly rows: Uint32Array | undefined;
  /** An upper bound of the part of the weight that others have. */
  readonly omitted: number;
}

/** Retrievals that leave patterns out. */
export interface Omitting {
  readonly screen: VectorScreen;
  /** The largest part of the weight that may be left out, and the number of patterns that are kept in any case. */
  readonly omitted: number;
  readonly most: number;
  /** The operator of some rows. */
  readonly operatorOf: (rows: Uint32Array) => VectorOperator;
}

/** Queries that are compared together, whole groups of kernels, and the numbers that are kept for that: 160 MB, or 40 MB beside a screen. */
const MOST_TOGETHER = 64;
const GROUP = 4;
const TOGETHER = 5 * 2 ** 22;
const TOGETHER_BESIDE = 5 * 2 ** 20;

/** Weighs the patterns for several queries and calls `use` for each, with the same as alone; what it gets is valid until it ends. */
export function weighEach(
  operator: VectorOperator,
  queries: readonly Float64Array[],
  options: WeighingOptions,
  use: (retrieved: Retrieved, k: number) => void,
  omitting?: Omitting,
): void {
  const left = omitting === undefined ? Array.from(queries.keys()) : weighKept(queries, options, use, omitting);
  const room = options.isBesideScreen ? TOGETHER_BESIDE : TOGETHER;
  // The weights, in half the room where they are in single precision, and the sums of the chunks.
  const each =
    (operator.precision === "single" ? operator.count / 2 : operator.count) +
    Math.ceil(operator.count / CHUNK) * operator.units;
  const possible = Math.max(1, Math.min(MOST_TOGETHER, Math.floor(room / each)));
  const together = possible < GROUP ? possible : possible - (possible % GROUP);
  for (let first = 0; first < left.length; first += together) {
    const some = left.slice(first, first + together);
    const weighed = weighSome(operator, joined(some.map((k) => queries[k])), options);
    some.forEach((k, n) => {
      use({ weighed: weighed[n], rows: operator.rows, omitted: 0 }, k);
    });
  }
}

/** Weighs the patterns that can matter, and returns the queries for which all must be weighed. */
function weighKept(
  queries: readonly Float64Array[],
  options: WeighingOptions,
  use: (retrieved: Retrieved, k: number) => void,
  { screen, omitted, most, operatorOf }: Omitting,
): number[] {
  const left: number[] = [];
  for (let first = 0; first < queries.length; first += MOST_TOGETHER) {
    const some = joined(queries.slice(first, first + MOST_TOGETHER));
    let k = first;
    for (const kept of screen.keep(some, { beta: options.beta, omitted, most })) {
      if (kept === undefined) left.push(k);
      else use({ weighed: weighSome(operatorOf(kept.rows), queries[k], options)[0], ...kept }, k);
      k++;
    }
  }
  return left;
}

function weighSome(
  operator: VectorOperator,
  queries: Float64Array,
  { comparison, beta, separation }: WeighingOptions,
): Weighed[] {
  if (separation.isSoftmax) return operator.softmax(queries, comparison, beta);
  const similarities = operator.similarities(queries, comparison);
  return Array.from({ length: queries.length / operator.units }, (_, k) => {
    const own = similarities.subarray(k * operator.count, (k + 1) * operator.count);
    return new SeparatedVectors(operator, own, beta, separation);
  });
}

function joined(queries: readonly Float64Array[]): Float64Array {
  if (queries.length === 1) return queries[0];
  const all = new Float64Array(queries.length * queries[0].length);
  queries.forEach((query, k) => {
    all.set(query, k * query.length);
  });
  return all;
}

/** The weights of any separation function. */
class SeparatedVectors implements Weighed {
  readonly first: number;
  readonly second: number;
  readonly potential: number;
  readonly #operator: VectorOperator;
  readonly #similarities: Float64Array;
  readonly #weights: Float64Array;

  constructor(operator: VectorOperator, similarities: Float64Array, beta: number, separation: VectorSeparation) {
    [this.first, this.second] = leads(similarities);
    const { weights, potential } = weigh(similarities, beta, separation);
    this.potential = potential;
    this.#operator = operator;
    this.#similarities = similarities;
    this.#weights = weights;
  }

  mean(): Float64Array {
    return this.#operator.sums(this.#weights);
  }

  weights(): Float64Array {
    return this.#weights;
  }

  candidates(): Weights {
    const found = Uint32Array.from(this.#weights.keys()).filter((j) => this.#weights[j] > 0);
    return { rows: this.#operator.rowsOf(found), weights: this.#weights.filter((weight) => weight > 0) };
  }

  nearest(): number {
    return this.#operator.rowsOf(Uint32Array.of(this.#similarities.indexOf(this.first)))[0];
  }
}

/** The largest number and the second largest, -Infinity if there is one alone. */
export function leads(numbers: Float64Array): [first: number, second: number] {
  let [first, second] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const s of numbers) {
    second = Math.max(second, Math.min(first, s));
    first = Math.max(first, s);
  }
  return [first, second];
}

/** The weights of patterns with these similarities. */
export function weigh(
  similarities: Float64Array,
  beta: number,
  separation: VectorSeparation,
): { readonly weights: Float64Array; readonly potential: number } {
  return separation.weigh(similarities.map((s) => beta * s));
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
