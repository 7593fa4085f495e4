/** A mean over rows. */
export interface Average {
  readonly mean: number;
  /** Standard deviation of the rows divided by the square root of their number; NaN for a single row. */
  readonly standardError: number;
}

export function averageOf(values: Float64Array): Average {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) * (value - mean);
  return { mean, standardError: Math.sqrt(squares / (values.length - 1) / values.length) };
}
