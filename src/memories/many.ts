import type { Kernels } from "../kernels/index.js";
import type { AnyMemory, Recall } from "./memory.js";

/** A recall from several cues, as the library hands it to threads if there are any. */
export interface ManyRecalls<Found extends Recall = Recall> {
  readonly memory: AnyMemory;
  /** Its class; one that extends it may recall otherwise, and does so on the calling thread. */
  readonly of: { readonly prototype: AnyMemory };
  readonly kernels: Kernels;
  /** What the memory has learned: another object after every change. */
  readonly content: object;
  /** The cues: a set of patterns, or sides of these. */
  readonly cues: unknown;
  readonly count: number;
  /** Number of operations of one sweep of one cue: units times patterns, or units times units for a matrix. */
  readonly work: number;
  /** The options of `recallMany`. */
  readonly options: object;
  /** The recalls from the cues `from` up to, not including, `to`, which are few, on the calling thread. */
  recall(from: number, to: number): Found[];
}

/** Recalls from all cues over threads, or returns undefined where one thread is better. */
export type RecallOver = <Found extends Recall>(many: ManyRecalls<Found>) => Found[] | undefined;

/** Number of cues that are recalled from at once. */
const AT_ONCE = 64;

let over: RecallOver = () => undefined;

/** Sets what recalls over threads from now on; engram/node does, since a library for browsers cannot start them. */
export function recallOver(by: RecallOver): void {
  over = by;
}

/** Recalls from all cues, over threads if there are any and the work is worth it: the same recalls. */
export function recallEach<Found extends Recall>(many: ManyRecalls<Found>): Found[] {
  const isOwn = Object.getPrototypeOf(many.memory) === many.of.prototype;
  return (isOwn ? over(many) : undefined) ?? recallRange(many, 0, many.count);
}

/** The recalls from a range of the cues on the calling thread, few of them at a time. */
export function recallRange<Found extends Recall>(many: ManyRecalls<Found>, from: number, to: number): Found[] {
  const found: Found[] = [];
  for (let first = from; first < to; first += AT_ONCE) found.push(...many.recall(first, Math.min(to, first + AT_ONCE)));
  return found;
}
