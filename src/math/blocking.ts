import { ArgumentError, requireInteger, ShapeError } from "../errors.js";
import { square } from "./elementary.js";
import { standardErrorOfMean } from "./standard-error.js";

/** The mean of a series whose steps are correlated, with its error. */
export interface SeriesEstimate {
  readonly value: number;
  /** Standard error of the mean, correlations included. */
  readonly standardError: number;
  /** Integrated autocorrelation time in steps: 1/2 where the steps are independent. */
  readonly autocorrelationTime: number;
  /** Steps per block: blocks of this length count as independent. */
  readonly blockLength: number;
  /** Whether the series is long enough to estimate its error; otherwise the error is a lower bound. */
  readonly reliable: boolean;
}

/** With fewer blocks than this, their scatter cannot be estimated. */
const FEWEST_BLOCKS = 8;

/**
 * The mean of a stationary series by blocking (Flyvbjerg and Petersen, Error estimates on averages of correlated data,
 * 1989): means of blocks of B = 1, 2, 4, ... steps scatter by e_B = s_B / sqrt(blocks), which grows with B until the
 * blocks are independent. The smallest B with B^3 > 2 N (e_B / e_1)^4 is taken (Lee, Conduit, Nemec, Lopez Rios and
 * Drummond, Strategies for improving the efficiency of quantum Monte Carlo calculations, 2011).
 *
 * @throws ArgumentError for fewer than 16 steps
 */
export function estimateSeries(series: Float64Array): SeriesEstimate {
  const steps = series.length;
  if (steps < 2 * FEWEST_BLOCKS)
    throw new ArgumentError(`series has ${steps} steps; a standard error needs at least 16`);
  const value = mean(series);
  const alone = standardErrorOfMean(series, value);
  let blocks = series;
  let blockLength = 1;
  let standardError = alone;
  const correlation = () => (alone === 0 ? 1 : square(standardError / alone));
  const isEnough = () => blockLength * blockLength * blockLength > 2 * steps * square(correlation());
  while (!isEnough() && blocks.length >= 2 * FEWEST_BLOCKS) {
    blocks = halve(blocks);
    blockLength *= 2;
    standardError = Math.max(standardError, standardErrorOfMean(blocks, mean(blocks)));
  }
  return { value, standardError, autocorrelationTime: correlation() / 2, blockLength, reliable: isEnough() };
}

/**
 * A function of the means of several series of one run, with its error by the jackknife over blocks (Efron, The
 * jackknife, the bootstrap and other resampling plans, 1982): leaving one block out in turn gives values whose scatter
 * is 1 / (blocks - 1) of that of the blocks. Steps after the last whole block enter the value alone.
 */
export function jackknife(
  series: readonly Float64Array[],
  blockLength: number,
  of: (means: readonly number[]) => number,
): { readonly value: number; readonly standardError: number } {
  const steps = series[0]?.length ?? 0;
  if (series.some((one) => one.length !== steps))
    throw new ShapeError("series differ in length; give one of the same steps per quantity");
  requireInteger("blockLength", blockLength, 1, Math.floor(steps / 2));
  const count = Math.floor(steps / blockLength);
  const blocks = series.map((one) =>
    Float64Array.from({ length: count }, (_, b) => sum(one, b * blockLength, blockLength)),
  );
  const totals = blocks.map((block) => sum(block, 0, count));
  const without = Float64Array.from({ length: count }, (_, b) =>
    of(totals.map((total, k) => (total - blocks[k][b]) / ((count - 1) * blockLength))),
  );
  const centre = mean(without);
  const squares = without.reduce((all, one) => all + square(one - centre), 0);
  return { value: of(series.map(mean)), standardError: Math.sqrt((squares * (count - 1)) / count) };
}

/** Means of pairs of neighbours; an odd last value is dropped. */
function halve(values: Float64Array): Float64Array {
  return Float64Array.from({ length: values.length >> 1 }, (_, k) => (values[2 * k] + values[2 * k + 1]) / 2);
}

function sum(values: Float64Array, from: number, count: number): number {
  let total = 0;
  for (let k = from; k < from + count; k++) total += values[k];
  return total;
}

function mean(values: Float64Array): number {
  return sum(values, 0, values.length) / values.length;
}
