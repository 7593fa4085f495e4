import { availableParallelism } from "node:os";
import { type AnyMemory, countOf, type Items, isPairs } from "../../memories/index.js";
import { isWorthThreads } from "../../node/parallel/recalls.js";

/** The number of threads for recalls from `trials` cues: as many as asked for, or one per core where the work is worth it. */
export function workersFor({ items }: AnyMemory, trials: number, asked: number | undefined): number {
  const work = trials * sweepWork(items as Items);
  const threads = asked ?? (isWorthThreads(work) ? availableParallelism() : 1);
  return Math.min(threads, trials, 8 * availableParallelism());
}

/** Number of operations of one sweep: units times items. */
function sweepWork(items: Items): number {
  return countOf(items) * (isPairs(items) ? items.left.units + items.right.units : items.units);
}
