import { ArgumentError, ShapeError } from "../errors.js";
import { type AnyVectorSet, PatternSet, VectorSet } from "../patterns/index.js";
import type { Items, Pairs } from "./memory.js";

/** Whether items are pairs. */
export function isPairs(items: unknown): items is Pairs {
  return typeof items === "object" && items !== null && ("left" in items || "right" in items);
}

/**
 * Throws unless the argument is pairs.
 *
 * @throws ArgumentError for a missing side
 */
export function requirePairs(given: unknown): void {
  const { left, right } = (given ?? {}) as { left?: unknown; right?: unknown };
  if (left !== undefined && right !== undefined) return;
  const found = left === undefined ? (right === undefined ? "neither side" : "no left side") : "no right side";
  throw new ArgumentError(`pairs has ${found}; expected { left, right }`);
}

/** Throws unless both sides have the same number of patterns. */
export function requireSameCount(left: number, right: number): void {
  if (left !== right)
    throw new ShapeError(`right has ${right} patterns but left has ${left}; expected the same number`);
}

/** Number of items; for pairs with a missing side, that of the other side. */
export function countOf(items: Items | Partial<Pairs> | Pick<AnyVectorSet, "count">): number {
  if (!isPairs(items)) return (items as Pick<AnyVectorSet, "count">).count;
  return (items.left ?? items.right)?.count ?? 0;
}

/** The items of the given rows, in the given order. */
export function selectItems<Set extends Items | Partial<Pairs>>(items: Set, rows: ArrayLike<number>): Set {
  if (items instanceof PatternSet || items instanceof VectorSet) return items.select(rows) as unknown as Set;
  const { left, right } = items as Partial<Pairs>;
  return { ...(left && { left: left.select(rows) }), ...(right && { right: right.select(rows) }) } as Set;
}

/** The label of an item; for pairs, that of the right side or else of the left. */
export function labelOf(items: Items | Pick<AnyVectorSet, "labels">, index: number): string | undefined {
  if (!isPairs(items)) return items.labels?.[index];
  return items.right.labels?.[index] ?? items.left.labels?.[index];
}
