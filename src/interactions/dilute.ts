import { requireNumber } from "../errors.js";
import { type Random, requireRandom } from "../math/random.js";
import { type Interaction, requireLinear } from "./interaction.js";
import { quadratic } from "./quadratic.js";
import { SparseCouplings } from "./sparse.js";

/** Options of a dilution. */
export interface DiluteOptions {
  /** c, the probability with which a coupling stays: above 0, at most 1. */
  readonly connectivity: number;
  /** Whether W_ij and W_ji stay or go together; defaults to true. */
  readonly symmetric?: boolean | undefined;
  readonly random: Random;
}

/**
 * Removes connections between units at random: W_ij becomes c_ij W_ij / c for i other than j, where c_ij is 1 with
 * probability c and else 0, so that the mean field is unchanged. Self-couplings and thresholds stay.
 *
 * With `symmetric`, c_ij = c_ji, and symmetric couplings stay so (Sompolinsky, Neural networks with nonlinear synapses
 * and a static noise, 1986). Without it they are drawn independently; a net with Hebb's rule diluted in this way, with
 * few of n connections left, is exactly solvable and holds 2 / pi patterns per connection (Derrida, Gardner and
 * Zippelius, An exactly solvable asymmetric neural network model, 1987).
 *
 * Row i draws from stream i of the generator.
 *
 * @throws ArgumentError for a connectivity out of range, a missing generator, or an interaction without couplings
 */
export function dilute(
  interaction: Interaction,
  { connectivity, symmetric = true, random }: DiluteOptions,
): Interaction {
  requireNumber("connectivity", connectivity, Number.MIN_VALUE, 1);
  const source = requireRandom(random, "dilution");
  const { units: n } = interaction;
  const linear = requireLinear(interaction, "dilution");
  const kept = Array.from({ length: n }, (): number[] => []);
  for (let i = 0; i < n; i++) {
    const stream = source.fork(i);
    const connected = kept[i];
    for (let j = 0; j < (symmetric ? i : n); j++) {
      if (j === i || !stream.bernoulli(connectivity)) continue;
      connected.push(j);
      if (symmetric) kept[j].push(i);
    }
  }
  const starts = new Uint32Array(n + 1);
  const columns: number[] = [];
  const weights: number[] = [];
  const row = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    linear.row(i, row);
    const entries = row[i] === 0 ? kept[i] : [...kept[i], i].sort((a, b) => a - b);
    for (const j of entries) {
      columns.push(j);
      weights.push(j === i ? row[i] : row[j] / connectivity);
    }
    starts[i + 1] = columns.length;
  }
  const rows = { starts, columns: Uint32Array.from(columns), weights: Float64Array.from(weights) };
  return quadratic(new SparseCouplings(rows, n), linear.thresholds);
}
