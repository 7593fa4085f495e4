import type { Recall } from "../../memories/memory.js";
import type { PackedCues } from "./cues.js";
import type { PackedMemory } from "./memory.js";

/*
 * What `recallMany` and its threads say to each other.
 */

/** The cues of a call of `recallMany`, in parts that threads claim, one after the other. */
export interface RecallsOrder {
  readonly call: number;
  /** Number of the memory. */
  readonly memory: number;
  readonly cues: PackedCues;
  readonly count: number;
  /** Number of cues of a part, except the last. */
  readonly size: number;
  /** Seed of the generator, if there is one. */
  readonly seed: number | undefined;
  readonly options: Readonly<Record<string, unknown>>;
  /** Shared numbers: how many parts are claimed, how many have ended in threads, and for each part if it has failed. */
  readonly claims: Int32Array;
}

/** Indices of `claims`; those of the parts follow. */
export const claim = { next: 0, ended: 1, failed: 2 } as const;

/** What a thread is told: a memory to keep or to forget, or an order. */
export type RecallsNews =
  | { readonly keep: number; readonly packed: PackedMemory }
  | { readonly forget: number }
  | RecallsOrder;

/** The recalls of a part. */
export interface RecallsAnswer {
  readonly call: number;
  readonly part: number;
  readonly recalls: readonly Recall[];
}
