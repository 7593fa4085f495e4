// Only the modules that a thread needs: it starts in a third of the time that whole folders take.
import { Random } from "../../math/random.js";
import type { Recall } from "../../memories/memory.js";
import { cueAt, type PackedCues } from "./cues.js";
import { loadExtensions } from "./extensions.js";
import { type PackedMemory, unpackMemory, unpackOptions } from "./memory.js";

/** Some of the cues of a recall, and how to recall from them. */
export interface RecallPart {
  readonly cues: PackedCues;
  readonly count: number;
  /** Index of the first of them among all cues. */
  readonly first: number;
  readonly seed: number;
  readonly options: Readonly<Record<string, unknown>>;
  /** Modules that the options need. */
  readonly modules: readonly string[];
}

/** For `ThreadPool`: the recalls of a part; cue r draws from stream r of the seed. */
export default async function prepare(packed: PackedMemory): Promise<(part: RecallPart) => Promise<Recall[]>> {
  const { memory, kind } = await unpackMemory(packed);
  return async ({ cues, count, first, seed, options, modules }) => {
    const given = unpackOptions(kind, options, await loadExtensions(modules));
    const random = new Random(seed);
    return Array.from({ length: count }, (_, k) => {
      return memory.recall(cueAt(cues, k), { ...given, random: random.fork(first + k) });
    });
  };
}
