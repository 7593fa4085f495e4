import { type Basin, type BasinOptions, basins } from "../../analysis/index.js";
import { requireInteger } from "../../errors.js";
import type { Net } from "../../interactions/index.js";
import type { PatternSet, State } from "../../patterns/index.js";
import { asPatternSet } from "../../patterns/pattern-set.js";
import type { BasinsWork } from "./basins-part.js";
import { mapParallel, type ParallelOptions } from "./map.js";
import { packNet } from "./net.js";

/** Choices of basins over worker threads: those of `basins`, with synchronous dynamics, and a seed for a generator. */
export interface ParallelBasinOptions extends Omit<BasinOptions, "dynamics" | "random">, ParallelOptions {
  /** Of the generator that states are sampled from: `basins` with `new Random(seed)` gives the same rows. */
  readonly seed: number;
}

/**
 * `basins` over worker threads, which share the distances: the same rows for any number of workers.
 *
 * @throws what `basins` throws, ArgumentError for an interaction that cannot go to a thread, and the signal's
 *   reason when it is aborted
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
  // No distances yet: refuses bad options here, and tells which patterns are fixed.
  const whole = basins(net, patterns, { ...options, distances: [] });
  const shared: BasinsWork = { net: packNet(net), patterns: bits, seed, options };
  // States far away take longer to settle. They go first, so that no thread is left with the longest work at the end.
  const found = await mapParallel<number, Basin[]>(
    new URL("./basins-part.js", import.meta.url),
    distances.toReversed(),
    { workers, signal, shared },
  );
  const inOrder = found.toReversed();
  return whole.map(({ fixed }, r) => ({ fixed, rows: inOrder.map((part) => part[r].rows[0]) }));
}
