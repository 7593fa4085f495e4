import {
  type Census,
  type CensusOptions,
  describeAttractors,
  fixedPoints,
  synchronousAttractors,
} from "../../analysis/index.js";
import type { Net } from "../../interactions/index.js";
import type { PatternSet, State } from "../../patterns/index.js";
import { asPatternSet } from "../../patterns/pattern-set.js";
import type { CensusPart, CensusWork } from "./census-part.js";
import { mapParallel, type ParallelOptions } from "./map.js";
import { packNet } from "./net.js";

/** Options of `parallelCensus`. */
export interface ParallelCensusOptions extends CensusOptions, ParallelOptions {}

/** Number of parts of the 2^n states: enough that a slow thread delays the others by a small part only. */
const PARTS = 64;

/**
 * `census` over worker threads: the same result for any number of workers. Starting the threads takes as long as some
 * 2^20 states, so it pays from about 22 units on.
 *
 * @throws the errors of `census`, and the signal's reason if it is aborted
 */
export async function parallelCensus(
  net: Net,
  patterns: PatternSet | ArrayLike<State>,
  options: ParallelCensusOptions = {},
): Promise<Census> {
  const set = asPatternSet("patterns", patterns, net.interaction.units);
  if (options.dynamics !== "synchronous") {
    return describeAttractors(net, set, await parallelFixedPoints(net, options));
  }
  requireSmall(net);
  const bytes = 2 ** net.interaction.units * Uint32Array.BYTES_PER_ELEMENT;
  const table = new Uint32Array(new SharedArrayBuffer(bytes));
  await overParts(net, table, options);
  const cycles = synchronousAttractors(net, table);
  const words = Uint32Array.from(cycles, ({ states }) => states[0]);
  return describeAttractors(net, set, words, cycles);
}

/**
 * `fixedPoints` over worker threads: the fixed points of asynchronous dynamics as words in ascending order, the same for
 * any number of workers.
 *
 * @throws ArgumentError for more than 24 units, and the signal's reason if it is aborted
 */
export async function parallelFixedPoints(net: Net, options: ParallelOptions = {}): Promise<Uint32Array> {
  requireSmall(net);
  const found = await overParts(net, undefined, options);
  const words = new Uint32Array(found.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of found) {
    words.set(part, at);
    at += part.length;
  }
  return words.sort();
}

/** Throws for a net that is too large for a census, before anything is allocated. */
function requireSmall(net: Net): void {
  fixedPoints(net, [0, 0]);
}

function overParts(
  net: Net,
  table: Uint32Array | undefined,
  { workers, signal }: ParallelOptions,
): Promise<Uint32Array[]> {
  const states = 2 ** net.interaction.units;
  const count = Math.min(PARTS, states);
  const cut = (k: number) => Math.floor((k * states) / count);
  const parts = Array.from({ length: count }, (_, k): CensusPart => [cut(k), cut(k + 1)]);
  const shared: CensusWork = { net: packNet(net), table };
  return mapParallel(new URL("engram:census"), parts, { workers, signal, shared });
}
