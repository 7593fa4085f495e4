// Only the modules that a thread needs: it starts in a third of the time that whole folders take.
import { type Basin, type BasinOptions, basins } from "../../analysis/basins.js";
import type { BitMatrix } from "../../math/bits.js";
import { Random } from "../../math/random.js";
import { PatternSet } from "../../patterns/pattern-set.js";
import { type PackedNet, unpackNet } from "./net.js";

/** What all distances of a profile share, as sent to a thread. */
export interface BasinsWork {
  readonly net: PackedNet;
  readonly patterns: BitMatrix;
  readonly seed: number;
  readonly options: Pick<BasinOptions, "steps" | "samples" | "confidence">;
}

/** For `mapParallel`: the rows of all patterns at one distance. */
export default async function prepare({
  net,
  patterns,
  seed,
  options,
}: BasinsWork): Promise<(distance: number) => Basin[]> {
  const unpacked = await unpackNet(net);
  const set = new PatternSet(patterns);
  const random = new Random(seed);
  return (distance) => basins(unpacked, set, { ...options, distances: [distance], random });
}
