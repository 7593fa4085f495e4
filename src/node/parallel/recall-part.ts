// A thread imports what it needs and no more: it starts in a third of the time that whole rooms take.
import { dynamicsByName } from "../../dynamics/by-name.js";
import type { DynamicsOption } from "../../dynamics/dynamics.js";
import { type BitMatrix, bitRow } from "../../math/bits.js";
import { Random } from "../../math/random.js";
import type { Recall } from "../../memories/hopfield/hopfield.js";
import { PatternSet } from "../../patterns/pattern-set.js";
import { type PackedMemory, unpackMemory } from "./memory.js";

/** Some of the cues of a recall, and how to recall from them. */
export interface RecallPart {
  readonly cues: BitMatrix;
  /** Number of the first of them among all cues. */
  readonly first: number;
  readonly seed: number;
  readonly dynamics: { readonly name: string; readonly options: Readonly<Record<string, DynamicsOption>> };
  readonly trace: boolean | undefined;
}

/** For `ThreadPool`: the recalls of a part; cue r draws from stream r of the seed. */
export default function prepare(packed: PackedMemory): (part: RecallPart) => Recall[] {
  const memory = unpackMemory(packed);
  return ({ cues, first, seed, dynamics: { name, options }, trace }) => {
    const dynamics = dynamicsByName(name, options);
    const random = new Random(seed);
    return Array.from({ length: cues.rows }, (_, k) =>
      memory.recall(new PatternSet(bitRow(cues, k)), { dynamics, random: random.fork(first + k), trace }),
    );
  };
}
