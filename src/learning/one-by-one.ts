import { DenseCouplings, quadratic } from "../interactions/index.js";
import type { BitMatrix } from "../math/bits.js";
import type { Learned, LearningRule } from "./rule.js";

/** Whether the first rows of `bits` are those of `known`. */
export function beginsWith(bits: BitMatrix, known: BitMatrix): boolean {
  if (known.columns !== bits.columns || known.rows > bits.rows) return false;
  return known.words.every((word, i) => word === bits.words[i]);
}

/**
 * The `learn` of a rule that takes the patterns one at a time, in their order. `present` changes an n x n matrix,
 * initially zero, in place. Patterns that are already in couplings of the same rule are not presented again.
 */
export function oneByOne(present: (weights: Float64Array, xi: Int8Array) => void): LearningRule["learn"] {
  const origins = new WeakMap<Learned, { bits: BitMatrix; weights: Float64Array }>();
  return (patterns, kernels, previous) => {
    const { bits, units, count } = patterns;
    const origin = previous && origins.get(previous);
    const known = origin !== undefined && beginsWith(bits, origin.bits) ? origin : undefined;
    const weights = known?.weights.slice() ?? new Float64Array(units * units);
    for (let mu = known?.bits.rows ?? 0; mu < count; mu++) present(weights, patterns.spins(mu));
    const couplings = new DenseCouplings(weights, units, kernels);
    const learned = { interaction: quadratic(couplings) };
    origins.set(learned, { bits, weights: couplings.weights });
    return learned;
  };
}
