import { binomialAtMost } from "engram/math";
import type { Row } from "./experiment.js";

/** A value with an interval: a `Proportion`, an `Estimate`, or the spread of draws. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Half a unit of the last digit that is printed: 0.05 for 54.3. The largest rounding error of a published value. */
export function rounding(published: number): number {
  const decimals = `${published}`.split(".")[1]?.length ?? 0;
  return Number(`5e-${decimals + 1}`);
}

/** What bears on a verdict beside the numbers. */
export interface Circumstances {
  /** A computation of ours that shows why the source differs, if it does: it is used, and kept, only then. */
  readonly explained?: string | undefined;
  /** What our setting lacks of the source's: then the row is not comparable, whatever the numbers are. */
  readonly smaller?: string | undefined;
  /** What a reader should know in any case; it never changes the verdict. */
  readonly remark?: string | undefined;
}

/** The verdict of numbers under circumstances, and what is said of it. */
function verdictOf(
  found: "agrees" | "differs" | "not resolved",
  { explained, smaller, remark }: Circumstances,
): Pick<Row, "verdict" | "remark"> {
  const isExplained = smaller === undefined && found === "differs" && explained !== undefined;
  const verdict = smaller !== undefined ? "not comparable" : isExplained ? "source differs, explained" : found;
  const said = [smaller, isExplained ? explained : undefined, remark].filter((text) => text !== undefined);
  return said.length === 0 ? { verdict } : { verdict, remark: said.join("; ") };
}

/** Options of `compare`. */
export interface Comparison extends Circumstances {
  /** How far the published value may be from what it stands for; defaults to its own rounding. */
  readonly slack?: number | undefined;
  /** What our own theory gives, to be shown beside. */
  readonly theory?: number | string | undefined;
}

/** One row: a published value agrees where, up to its own rounding, it lies in the interval. */
export function compare(
  label: string,
  published: number,
  { value: ours, low, high }: Interval,
  { slack = rounding(published), theory, ...circumstances }: Comparison = {},
): Row {
  const found = published + slack >= low && published - slack <= high ? "agrees" : "differs";
  const beside = theory === undefined ? {} : { theory };
  return { label, published, ...beside, ours, low, high, ...verdictOf(found, circumstances) };
}

/** One row of which the source prints nothing: our theory agrees with our simulation where it lies in its interval. */
export function expected(
  label: string,
  theory: number,
  { value: ours, low, high }: Interval,
  circumstances: Circumstances = {},
): Row {
  const found = theory >= low && theory <= high ? "agrees" : "differs";
  return { label, theory, ours, low, high, ...verdictOf(found, circumstances) };
}

/** The values of which a statement is true: those above one limit and below another; an omitted limit does not apply. */
export interface Statement {
  readonly above?: number;
  readonly below?: number;
}

/**
 * One row whose source states in words what is so, such as "falls": it agrees where that is true of all of our interval, and
 * is not resolved where it is true of a part of it.
 */
export function stated(
  label: string,
  published: string,
  { value: ours, low, high }: Interval,
  { above, below }: Statement,
  circumstances: Circumstances = {},
): Row {
  const [isAbove, reachesAbove] = above === undefined ? [true, true] : [low > above, high > above];
  const [isBelow, reachesBelow] = below === undefined ? [true, true] : [high < below, low < below];
  const found = isAbove && isBelow ? "agrees" : reachesAbove && reachesBelow ? "not resolved" : "differs";
  return { label, published, ours, low, high, ...verdictOf(found, circumstances) };
}

/** One row whose value is deterministic: it must be met exactly. */
export function exact(
  label: string,
  published: number | string,
  ours: number | string,
  circumstances: Circumstances = {},
): Row {
  const found = published === ours ? "agrees" : "differs";
  return { label, published, ours, low: null, high: null, ...verdictOf(found, circumstances) };
}

/** One row of which the source prints nothing and whose value is deterministic: it must be what our theory says. */
export function derived(label: string, theory: number | string, ours: number | string): Row {
  return { label, theory, ours, low: null, high: null, verdict: theory === ours ? "agrees" : "differs" };
}

/** Arithmetic mean. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** The median of some numbers. */
export function median(values: readonly number[]): number {
  return quantile(Float64Array.from(values).sort(), 0.5);
}

/**
 * A median with an interval of two of the values, which holds whatever their distribution is: of n sorted values, the k-th
 * from either end, where at most 2.5 % of all draws have fewer than k values on one side of the true median. Below 6 values
 * there is no such k, and the interval is that of all values.
 */
export function medianInterval(values: readonly number[]): Interval {
  const sorted = Float64Array.from(values).sort();
  let k = 0;
  while (binomialAtMost(k, sorted.length, 0.5) <= 0.025) k++;
  const end = Math.max(k - 1, 0);
  return { value: quantile(sorted, 0.5), low: sorted[end], high: sorted[sorted.length - 1 - end] };
}

/** The value below which the part q of the sorted values lies, between neighbours by straight lines. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

/** The rows of a table that comes from one random draw, and the rank of the draw as a whole among ours. */
export interface DrawComparison {
  readonly rows: Row[];
  /** The part of our draws that is at least as far out, in its most extreme cell, as the published draw is in its. */
  readonly asExtreme: number;
}

/**
 * Compares a table that the source got from one random draw with many draws of ours: cell by cell, `draws[d][c]`.
 *
 * The depth of a value in a cell is the part of the draws on its rarer side, ties included; the depth of a draw is that
 * of its shallowest cell. The interval of a cell spans the values that are at least as deep as the depth that the part
 * `level` of our draws reach: a band that holds this part of the draws with all their cells at once, however the cells
 * are correlated. The published draw agrees where it lies within the band.
 */
export function compareDraw(
  labels: readonly string[],
  published: readonly number[],
  draws: readonly (readonly number[])[],
  { level = 0.99, slack = rounding }: { readonly level?: number; readonly slack?: (published: number) => number } = {},
): DrawComparison {
  const columns = labels.map((_, c) => Float64Array.from(draws, (draw) => draw[c]).sort());
  const depths = Float64Array.from(draws, (draw) => Math.min(...draw.map((value, c) => depthOf(value, columns[c]))));
  const threshold = Float64Array.from(depths).sort()[Math.floor((1 - level) * draws.length)];
  const shallowest = Math.min(...published.map((value, c) => depthOf(value, columns[c], slack(value))));
  const rows = labels.map((label, c): Row => {
    const inside = columns[c].filter((value) => depthOf(value, columns[c]) >= threshold);
    const interval = { value: mean(columns[c]), low: inside[0], high: inside[inside.length - 1] };
    const [below, upTo] = ranks(published[c], columns[c], slack(published[c]));
    const row = compare(label, published[c], interval, { slack: slack(published[c]) });
    return { ...row, quantile: (below + upTo) / 2 / draws.length };
  });
  return { rows, asExtreme: depths.filter((depth) => depth <= shallowest).length / draws.length };
}

/** How many of the sorted values are below value - slack, and how many are at most value + slack. */
function ranks(value: number, sorted: Float64Array, slack: number): [below: number, upTo: number] {
  return [firstAt(sorted, (x) => x >= value - slack), firstAt(sorted, (x) => x > value + slack)];
}

function depthOf(value: number, sorted: Float64Array, slack = 0): number {
  const [below, upTo] = ranks(value, sorted, slack);
  return Math.min(upTo, sorted.length - below) / sorted.length;
}

/** The first index of the sorted values at which the condition, once true always true, holds. */
function firstAt(sorted: Float64Array, holds: (value: number) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(sorted[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}
