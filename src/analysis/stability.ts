import { requireInteger, requireNumber } from "../errors.js";
import type { Net } from "../interactions/index.js";
import { tie } from "../kernels/index.js";
import { type BitMatrix, bitMatrix, spinAt } from "../math/bits.js";
import type { PatternSet, State } from "../patterns/index.js";
import { asPatternSet } from "../patterns/pattern-set.js";

/** Number of patterns whose fields are computed at a time: bounds their memory. */
const CHUNK = 64;

/** The stabilities of patterns in a net, with a summary. */
export interface Stabilities {
  /** kappa_mu,i = xi_mu,i h_mu,i, pattern after pattern, unit after unit. */
  readonly values: Float64Array;
  /** Number of values below zero: units that asynchronous dynamics would flip. */
  readonly unstable: number;
  readonly mean: number;
  readonly standardDeviation: number;
  readonly least: number;
}

/**
 * Stability of every unit of every pattern, kappa = xi_i h_i with h = W xi - theta: negative if the unit would leave the
 * pattern (Gardner, The space of interactions in neural network models, 1988, eq. 4, without dividing by the norm of a row
 * of W).
 *
 * @throws ShapeError or DataError for patterns that do not fit
 */
export function stabilities({ interaction }: Net, patterns: PatternSet | ArrayLike<State>): Stabilities {
  const { bits, count } = asPatternSet("patterns", patterns, interaction.units);
  const n = interaction.units;
  const values = new Float64Array(count * n);
  for (let first = 0; first < count; first += CHUNK) {
    const states = rowsOf(bits, first, Math.min(CHUNK, count - first));
    const fields = values.subarray(first * n, (first + states.rows) * n);
    interaction.fields(states, fields);
    for (let r = 0; r < states.rows; r++) {
      for (let i = 0; i < n; i++) fields[r * n + i] = spinAt(states, r, i) * fields[r * n + i] + 0;
    }
  }
  let sum = 0;
  let least = Number.POSITIVE_INFINITY;
  let unstable = 0;
  for (const kappa of values) {
    sum += kappa;
    if (kappa < least) least = kappa;
    if (kappa < -tie) unstable++;
  }
  const mean = sum / values.length;
  let squares = 0;
  for (const kappa of values) squares += (kappa - mean) * (kappa - mean);
  return { values, unstable, mean, standardDeviation: Math.sqrt(squares / values.length), least };
}

/** A histogram with bins of equal width. */
export interface Histogram {
  /** Edges of the bins, one more than bins. */
  readonly edges: Float64Array;
  readonly counts: Uint32Array;
  /** Number of values below the first edge or above the last. */
  readonly outside: number;
}

/**
 * Counts values in `bins` equal bins over `range`, which defaults to that of the values. An edge belongs to the bin above
 * it, the last one to the last bin.
 *
 * @throws ArgumentError for a range that is empty or not finite
 */
export function histogram(
  values: ArrayLike<number>,
  bins: number,
  range?: readonly [low: number, high: number],
): Histogram {
  requireInteger("bins", bins, 1, 1e6);
  const [low, high] = range ?? extent(values);
  requireNumber("range low", low, -Number.MAX_VALUE, Number.MAX_VALUE);
  requireNumber("range high", high, low, Number.MAX_VALUE);
  const counts = new Uint32Array(bins);
  const width = (high - low) / bins;
  let outside = 0;
  for (let k = 0; k < values.length; k++) {
    const value = values[k];
    if (!(value >= low && value <= high)) outside++;
    else counts[width > 0 ? Math.min(bins - 1, Math.floor((value - low) / width)) : 0]++;
  }
  return { edges: Float64Array.from({ length: bins + 1 }, (_, b) => low + b * width), counts, outside };
}

function rowsOf(bits: BitMatrix, first: number, rows: number): BitMatrix {
  return bitMatrix(rows, bits.columns, bits.words.subarray(first * bits.stride, (first + rows) * bits.stride));
}

function extent(values: ArrayLike<number>): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < values.length; k++) {
    low = Math.min(low, values[k]);
    high = Math.max(high, values[k]);
  }
  return [low, high];
}
