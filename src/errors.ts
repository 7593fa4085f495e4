/**
 * The errors that Engram throws. Every message is one line that names the argument, the value that it had, what was
 * expected and the remedy, and is thrown before anything changes. A recall that does not settle is no error: it is a
 * result.
 */
export class EngramError extends Error {
  override readonly name: string = "EngramError";
}

/** An argument has a value outside its range. */
export class ArgumentError extends EngramError {
  override readonly name = "ArgumentError";
}

/** Two things that must fit each other have different sizes. */
export class ShapeError extends EngramError {
  override readonly name = "ShapeError";
}

/** Data that was read (an image, an IDX file, a set of patterns) is not what it should be. */
export class DataError extends EngramError {
  override readonly name = "DataError";
}

/** A memory file is truncated, forged, or of a version that this release does not read. */
export class StorageError extends EngramError {
  override readonly name = "StorageError";
}

/** A bug of Engram itself, as its message says. */
export function internal(what: string): EngramError {
  return new EngramError(`internal: ${what} (a bug in Engram; please report it)`);
}

/** Throws unless options were given; `example` shows the least that is needed, and `what` is what they are called. */
export function requireOptions(options: object, example: string, what = "options"): void {
  if (options === null || typeof options !== "object") {
    throw new ArgumentError(`${what} are missing; pass at least ${example}`);
  }
}

/** Throws unless `value` is a whole number within [low, high]. */
export function requireInteger(name: string, value: number, low: number, high = Number.MAX_SAFE_INTEGER): void {
  if (!Number.isInteger(value) || value < low || value > high) {
    const range = high === Number.MAX_SAFE_INTEGER ? `of at least ${low}` : `from ${low} to ${high}`;
    throw new ArgumentError(`${name} is ${value}; expected a whole number ${range}`);
  }
}

/** Throws unless `value` is a number within [low, high]; NaN never is. */
export function requireNumber(name: string, value: number, low: number, high = Number.POSITIVE_INFINITY): void {
  if (typeof value !== "number" || !(value >= low && value <= high)) {
    const range = high === Number.POSITIVE_INFINITY ? `of at least ${low}` : `from ${low} to ${high}`;
    throw new ArgumentError(`${name} is ${value}; expected a number ${range}`);
  }
}
