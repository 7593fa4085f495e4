/** What an error is due to: bad input, work that failed on good input, or a bug of Engram. */
export type Fault = "input" | "work" | "bug";

/**
 * The errors that Engram throws. Every message is one line that names the argument, the value that it had, what was
 * expected and the remedy, and is thrown before anything changes. A recall that does not settle is a result, not an error.
 *
 * Programs tell errors apart by their class and read their fields; the words of a message may change at any time.
 */
export class EngramError extends Error {
  override readonly name: string = "EngramError";
  readonly fault: Fault = "work";
}

/** An argument has a value outside its range. */
export class ArgumentError extends EngramError {
  override readonly name: string = "ArgumentError";
  override readonly fault = "input";
}

/** An option is unknown, missing, or outside its range; `option` is its name. */
export class OptionError extends ArgumentError {
  override readonly name = "OptionError";
  readonly option: string;

  constructor(message: string, { option }: { readonly option: string }) {
    super(message);
    this.option = option;
  }
}

/** Two things that must fit each other have different sizes. */
export class ShapeError extends EngramError {
  override readonly name = "ShapeError";
  override readonly fault = "input";
}

/** Data that was read (an image, an IDX file, a set of patterns) is not valid. */
export class DataError extends EngramError {
  override readonly name = "DataError";
  override readonly fault = "input";
}

/** A model file is truncated, forged, or of a version that this release does not read. */
export class StorageError extends EngramError {
  override readonly name = "StorageError";
  override readonly fault = "input";
}

/** A file and the system's code for what failed, such as "ENOSPC". */
export interface FileFailure {
  readonly path: string;
  readonly code: string;
}

/** A file cannot be read or written though its path is right: the disk is full, fails, or too many files are open. */
export class FileError extends EngramError implements FileFailure {
  override readonly name = "FileError";
  readonly path: string;
  readonly code: string;

  constructor(message: string, { path, code }: FileFailure) {
    super(message);
    this.path = path;
    this.code = code;
  }
}

/** Where a training diverged. */
export interface Divergence {
  /** The epoch in which it diverged, counted from 1. */
  readonly epoch: number;
  /** The layer whose values are no longer finite; absent if it is the weights. */
  readonly layer?: string | undefined;
  /** The learning rate at that moment. */
  readonly rate: number;
}

/** A training diverged: weights, parameters or values are no longer finite. The model has the values of the last report. */
export class DivergenceError extends EngramError implements Divergence {
  override readonly name = "DivergenceError";
  readonly epoch: number;
  readonly layer: string | undefined;
  readonly rate: number;

  constructor(message: string, { epoch, layer, rate }: Divergence) {
    super(message);
    this.epoch = epoch;
    this.layer = layer;
    this.rate = rate;
  }
}

/** How a checkpoint differs from the training that is to be resumed from it. */
export interface CheckpointMismatch {
  /** The first setting or array that differs; "kind" for a checkpoint of another kind of training. */
  readonly setting: string;
  readonly saved: string | undefined;
  readonly wanted: string;
}

/** A training cannot be resumed from this checkpoint: it belongs to another training. */
export class CheckpointError extends EngramError implements CheckpointMismatch {
  override readonly name = "CheckpointError";
  override readonly fault = "input";
  readonly setting: string;
  readonly saved: string | undefined;
  readonly wanted: string;

  constructor(message: string, { setting, saved, wanted }: CheckpointMismatch) {
    super(message);
    this.setting = setting;
    this.saved = saved;
    this.wanted = wanted;
  }
}

/** A bug of Engram itself, as its message says. */
export class InternalError extends EngramError {
  override readonly name = "InternalError";
  override readonly fault = "bug";
}

/** The error for a bug of Engram itself. */
export function internal(what: string): InternalError {
  return new InternalError(`internal: ${what} (a bug in Engram; please report it)`);
}

/** The error for the use of a value after its `dispose()`. */
export function disposedError(what: string): ArgumentError {
  return new ArgumentError(`the ${what} was disposed of and cannot be used any more; make a new one`);
}

/** An error as plain data, as it travels from thread to thread. */
export interface PackedError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
}

const classes = [
  EngramError,
  ArgumentError,
  OptionError,
  ShapeError,
  DataError,
  StorageError,
  FileError,
  DivergenceError,
  CheckpointError,
  InternalError,
];

/** An error as plain data; a thrown value that is not an error becomes one that quotes it. */
export function packError(thrown: unknown): PackedError {
  const error =
    thrown instanceof Error ? thrown : new Error(`a value that is not an error was thrown: ${String(thrown)}`);
  const { name, message, stack } = error;
  return { name, message, stack, fields: error instanceof EngramError ? { ...error } : {} };
}

/** Unpacks an error, with its class and fields if the class is one of Engram's. */
export function unpackError({ name, message, stack, fields }: PackedError): Error {
  const Kind = classes.find((kind) => kind.name === name) ?? Error;
  const error = new (Kind as new (message: string, fields: object) => Error)(message, fields);
  if (stack !== undefined) error.stack = stack;
  return error;
}

/** Throws unless options were given; `example` shows the required ones, and `what` is their name in the message. */
export function requireOptions(options: object, example: string, what = "options"): void {
  if (options === null || typeof options !== "object") {
    throw new ArgumentError(`${what} are missing; pass at least ${example}`);
  }
}

/** Throws unless `value` has a method that its type requires, such as `learn` of a rule. */
export function requireMethod(name: string, value: unknown, method: string): void {
  if (typeof (value as Record<string, unknown> | null | undefined)?.[method] === "function") return;
  throw new ArgumentError(`${name} is ${shown(value)}; expected a value with the method ${method}()${callOf(value)}`);
}

/** A value in a message. */
export function shown(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "an array" : "another object";
  return typeof value === "string" ? JSON.stringify(value.slice(0, 60)) : String(value);
}

/** The remedy where a function was given instead of what it makes, such as `hebb` for `hebb()`. */
export function callOf(value: unknown): string {
  return typeof value === "function" && value.name !== "" ? `; did you mean ${value.name}()?` : "";
}

/**
 * The given results of a model, if all are finite.
 *
 * @throws DataError naming the first that is not: sums of the model's parameters overflow
 */
export function requireFiniteResults<Values extends ArrayLike<number>>(name: string, values: Values): Values {
  for (let k = 0; k < values.length; k++) {
    if (!Number.isFinite(values[k])) throw overflowError(`${name}[${k}]`, values[k]);
  }
  return values;
}

/** The same for one result. */
export function requireFiniteResult(name: string, value: number): number {
  if (!Number.isFinite(value)) throw overflowError(name, value);
  return value;
}

function overflowError(place: string, value: number): DataError {
  const remedy = "the parameters of the model are too large for its arithmetic: make them smaller, or train anew";
  return new DataError(`${place} is ${value}; expected a finite number: ${remedy}`);
}

/** Throws unless `value` is a whole number within [low, high]. */
export function requireInteger(name: string, value: number, low: number, high = Number.MAX_SAFE_INTEGER): void {
  if (!Number.isInteger(value) || value < low || value > high) {
    const isBounded = high < Number.MAX_SAFE_INTEGER || value > high;
    const range = isBounded ? `from ${low} to ${high}` : `of at least ${low}`;
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
