import type { Comparison, VectorOperator } from "../../kernels/index.js";
import { Random } from "../../math/random.js";
import { Gaps } from "./gaps.js";
import { weigh } from "./retrieval.js";
import type { VectorSeparation } from "./separations/separation.js";
import type { VectorLookup } from "./source.js";

/** Most patterns that are sampled, and operations that are spent on them. */
const MOST_SAMPLED = 256;
const LEAST_SAMPLED = 32;
const OPERATIONS = 2 ** 30;

/** The weight from which a pattern counts as retrieved. */
const RETRIEVED = 0.99;

/** From this number of patterns on, bounds are cheaper than all weights; and more than sums of exponentials are rounded by. */
const LEAST_BOUNDED = 4096;
const ROUNDED = 1e-6;

/** A stored pattern as a query for itself, under noise. */
export interface Sample {
  readonly row: number;
  readonly similarities: Float64Array;
  /** The rows of the same vector, itself among them. */
  readonly same: readonly number[];
  /** Its similarity less the largest of the other vectors: the separation Delta; Infinity without others. */
  readonly gap: number;
}

/**
 * Stored patterns, evenly spaced, as queries; normal noise of the standard deviation `noise` is added to every entry. All patterns
 * up to 256, fewer of large memories.
 */
function* samples(
  set: VectorLookup,
  operator: VectorOperator,
  comparison: Comparison,
  noise: number,
): Generator<Sample> {
  const { count, units } = set;
  const affordable = Math.max(LEAST_SAMPLED, Math.floor(OPERATIONS / (count * units)));
  const many = Math.min(count, MOST_SAMPLED, affordable);
  const random = new Random(1);
  for (let k = 0; k < many; k++) {
    const row = Math.floor((k * count) / many);
    const query = Float64Array.from(set.row(row));
    if (noise > 0) {
      const stream = random.fork(k);
      for (let i = 0; i < units; i++) query[i] += noise * stream.normal();
    }
    const similarities = operator.similarities(query, comparison);
    const own = set.row(row);
    const same: number[] = [];
    let next = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < count; j++) {
      if (similarities[j] === similarities[row] && set.row(j).every((x, i) => x === own[i])) same.push(j);
      else next = Math.max(next, similarities[j]);
    }
    yield { row, similarities, same, gap: similarities[row] - next };
  }
}

/** Whether a sample is retrieved at a beta; softmax is asked for all weights only where bounds of their sum cannot tell. */
function retrievedAt(sample: Sample, separation: VectorSeparation): (beta: number) => boolean {
  const exactly = (beta: number) => ownWeight(sample, beta, separation) >= RETRIEVED;
  const { similarities, row, same } = sample;
  if (separation.isSoftmax === undefined || similarities.length < LEAST_BOUNDED) return exactly;
  const others = new Gaps(similarities, similarities[row]);
  // p = k / (k + sum of the others) for k vectors that are the same.
  const most = same.length * (1 / RETRIEVED - 1);
  return (beta) => {
    const { lower, upper } = others.sum(beta);
    if (upper < most * (1 - ROUNDED)) return true;
    return lower > most * (1 + ROUNDED) ? false : exactly(beta);
  };
}

/** The joint weight of a sampled pattern and of those like it. */
function ownWeight({ similarities, same }: Sample, beta: number, separation: VectorSeparation): number {
  const { weights } = weigh(similarities, beta, separation);
  return same.reduce((sum, j) => sum + weights[j], 0);
}

/**
 * The smallest beta, within 0.1 %, at which a sample is retrieved, that is has a weight of 0.99; Infinity if there is none, since
 * another pattern is as similar.
 */
export function neededBeta(sample: Sample, separation: VectorSeparation): number {
  const { gap, similarities } = sample;
  if (gap === Number.POSITIVE_INFINITY) return 0;
  if (!(gap > 0)) return Number.POSITIVE_INFINITY;
  let high = separation.lead(similarities.length, RETRIEVED) / gap;
  let low = 0;
  const isRetrieved = retrievedAt(sample, separation);
  while (high > 0 && (high - low) / high > 0.001) {
    const middle = low === 0 ? high / 2 : (low + high) / 2;
    if (isRetrieved(middle)) high = middle;
    else low = middle;
    if (high < 1e-300) return 0;
  }
  return high;
}

/** What a sampled pattern needs. */
export interface Need {
  /** Its separation, see `Sample`. */
  readonly gap: number;
  /** The smallest beta at which it is retrieved, see `neededBeta`. */
  readonly needed: number;
}

/** What each of the sampled patterns needs. */
export function needsOf(
  set: VectorLookup,
  operator: VectorOperator,
  comparison: Comparison,
  separation: VectorSeparation,
  noise: number,
): Need[] {
  return Array.from(samples(set, operator, comparison, noise), (sample) => {
    return { gap: sample.gap, needed: neededBeta(sample, separation) };
  });
}

/** A number in four digits, rounded up. */
export function upward(x: number): number {
  const rounded = Number(x.toPrecision(4));
  // A unit of the fourth digit is at most a thousandth of the number.
  return rounded >= x ? rounded : Number((1.001 * x).toPrecision(4));
}

/** The beta that retrieves 99 % of the samples, given what each needs. */
export function betaForMost(needed: readonly number[]): number {
  const sorted = Float64Array.from(needed).sort();
  return sorted[Math.ceil(0.99 * sorted.length) - 1];
}
