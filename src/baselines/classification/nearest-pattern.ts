import { ShapeError } from "../../errors.js";
import { defaultKernels, type Kernels } from "../../kernels/index.js";
import type { PatternSet } from "../../patterns/index.js";

/** Options of a search for nearest patterns. */
export interface NearestPatternOptions {
  readonly kernels?: Kernels | undefined;
}

/** The nearest pattern of every state. */
export interface NearestPatterns {
  /** Its index. */
  readonly indices: Uint32Array;
  /** Its Hamming distance. */
  readonly distances: Uint32Array;
}

/** Overlaps that are kept at a time. */
const OVERLAPS = 2 ** 21;

/**
 * The pattern at the smallest Hamming distance from each state, the first of several: its label is the prediction of a
 * one-nearest-neighbour classifier (Cover and Hart, Nearest neighbor pattern classification, 1967). All distances are
 * counted in bits.
 *
 * @throws ShapeError where states and patterns differ in their units
 */
export function nearestPatterns(
  patterns: PatternSet,
  states: PatternSet,
  { kernels = defaultKernels() }: NearestPatternOptions = {},
): NearestPatterns {
  const { units, count: p } = patterns;
  if (states.units !== units) throw new ShapeError(`states has ${states.units} units but patterns has ${units}`);
  const indices = new Uint32Array(states.count);
  const distances = new Uint32Array(states.count);
  const block = Math.max(1, Math.floor(OVERLAPS / p));
  const overlaps = new Int32Array(Math.min(block, states.count) * p);
  const operator = kernels.patternOperator({ patterns: patterns.bits, divisor: 1 });
  const { stride } = states.bits;
  for (let from = 0; from < states.count; from += block) {
    const rows = Math.min(block, states.count - from);
    const words = states.bits.words.subarray(from * stride, (from + rows) * stride);
    operator.overlaps({ ...states.bits, rows, words }, overlaps.subarray(0, rows * p));
    for (let r = 0; r < rows; r++) {
      let best = r * p;
      for (let k = r * p; k < (r + 1) * p; k++) if (overlaps[k] > overlaps[best]) best = k;
      indices[from + r] = best - r * p;
      distances[from + r] = (units - overlaps[best]) / 2;
    }
  }
  operator.dispose();
  return { indices, distances };
}
