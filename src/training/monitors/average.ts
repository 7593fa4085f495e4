import { standardErrorOfMean } from "../../math/standard-error.js";

/** A mean over rows. */
export interface Average {
  readonly mean: number;
  /** Standard deviation of the rows divided by the square root of their number; Infinity for a single row. */
  readonly standardError: number;
}

export function averageOf(values: Float64Array): Average {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  return { mean, standardError: standardErrorOfMean(values, mean) };
}
