import { type Basin, type BasinOptions, basins } from "../../analysis/index.js";
import { requireInteger } from "../../errors.js";
import type { Net } from "../../interactions/index.js";
import type { PatternSet, State } from "../../patterns/index.js";
import { asPatternSet } from "../../patterns/pattern-set.js";
import type { BasinsWork } from "./basins-part.js";
import { mapParallel, type ParallelOptions } from "./map.js";
import { packNet } from "./net.js";

/** Options of `parallelBasins`: those of `basins`, with synchronous dynamics, and a seed in place of a generator. */
export interface ParallelBasinOptions extends Omit<BasinOptions, "dynamics" | "random">, ParallelOptions {
  /** Seed of the generator that samples states: `basins` with `new Random(seed)` gives the same rows. */
  readonly seed: number;
}

/**
 * `basins` over worker threads, which share the distances: the same rows for any number of workers.
 *
 * @throws the errors of `basins`, ArgumentError for an interaction that cannot be sent to a thread, and the signal's
 *   reason if it is aborted
 */
export async function parallelBasins(
  net: Net,
  patterns: PatternSet | ArrayLike<State>,
  { seed, workers, signal, ...options }: ParallelBasinOptions,
): Promise<Basin[]> {
  requireInteger("seed", seed, 0);
  const n = net.interaction.units;
  const { bits } = asPatternSet("patterns", patterns, n);
  const distances = Array.from(options.distances ?? { length: Math.min(5, n) + 1 }, (h, k) => h ?? k);
  // Without distances: checks the options here, and finds the patterns that are fixed points.
  const whole = basins(net, patterns, { ...options, distances: [] });
  const shared: BasinsWork = { net: packNet(net), patterns: bits, seed, options };
  // Distant states take longer to settle. They come first, so that no thread ends with the longest work.
  const found = await mapParallel<number, Basin[]>(new URL("engram:basins"), distances.toReversed(), {
    workers,
    signal,
    shared,
  });
  const inOrder = found.toReversed();
  return whole.map(({ fixed }, r) => ({ fixed, rows: inOrder.map((part) => part[r].rows[0]) }));
}
