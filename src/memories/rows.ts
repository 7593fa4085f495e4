import { ArgumentError, requireInteger } from "../errors.js";

/**
 * The rows of `count` stored items that remain when the given ones are forgotten.
 *
 * @throws ArgumentError for a row that is not stored
 */
export function rowsLeft(count: number, forgotten: number | ArrayLike<number>): number[] {
  const gone = new Set(typeof forgotten === "number" ? [forgotten] : Array.from(forgotten));
  for (const row of gone) {
    if (count === 0) throw new ArgumentError(`item ${row} cannot be forgotten: nothing is stored`);
    requireInteger("row", row, 0, count - 1);
  }
  return Array.from({ length: count }, (_, row) => row).filter((row) => !gone.has(row));
}

/** The error for a recall from an empty memory. */
export function emptyMemory(what = "patterns"): ArgumentError {
  return new ArgumentError(`the memory is empty; store ${what} before recalling`);
}
