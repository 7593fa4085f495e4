import { ArgumentError, EngramError, StorageError } from "./errors.js";
import { listed, quote, shortened, sizesOf } from "./names.js";

/*
 * A memory or a model as texts and arrays of numbers, in which form it is written to a file or sent to a worker thread.
 */

/** The arrays of numbers that are kept to the last bit. */
export type NumberArray =
  | Float64Array
  | Float32Array
  | Uint32Array
  | Int32Array
  | Uint16Array
  | Int16Array
  | Uint8Array
  | Int8Array;

/** An array and its shape, the last dimension running fastest. */
export interface PackedArray {
  readonly values: NumberArray;
  readonly shape: readonly number[];
}

/** A memory or a model as texts and arrays. */
export interface Packed {
  /** Name of its kind. */
  readonly kind: string;
  readonly fields: ReadonlyMap<string, string>;
  readonly arrays: ReadonlyMap<string, PackedArray>;
  /** URLs of a user's modules that are needed to unpack it; they are sent to threads, and never written to a file. */
  readonly modules?: readonly string[];
}

/** Packs a memory or a model. */
export class Packing implements Packed {
  readonly kind: string;
  readonly fields = new Map<string, string>();
  readonly arrays = new Map<string, PackedArray>();
  readonly modules: string[] = [];

  constructor(kind: string) {
    this.kind = kind;
  }

  /** Sets a field: a text as it is, another value as JSON; does nothing if the value is undefined. */
  set(key: string, value: unknown): this {
    if (value !== undefined) this.fields.set(key, typeof value === "string" ? value : JSON.stringify(value));
    return this;
  }

  /** Records a module that is needed to unpack it. */
  need(module: string | undefined): this {
    if (module !== undefined) this.modules.push(module);
    return this;
  }

  /** Adds an array; does nothing if it is undefined. */
  add(key: string, values: NumberArray | undefined, shape: readonly number[] = [values?.length ?? 0]): this {
    if (values !== undefined) this.arrays.set(key, { values, shape });
    return this;
  }
}

/** Unpacks a memory or a model from parts that may come from a damaged or forged file. */
export class Unpacking {
  readonly kind: string;
  /** The source of the parts, as messages name it. */
  readonly name: string;
  readonly #packed: Packed;
  readonly #used = new Set<string>();
  readonly #read = new Set<string>();

  constructor(packed: Packed, name = "model file") {
    this.kind = packed.kind;
    this.name = name;
    this.#packed = packed;
  }

  has(key: string): boolean {
    return this.#packed.arrays.has(key);
  }

  /** A field as it is; undefined if there is none. */
  text(key: string): string | undefined {
    this.#read.add(key);
    return this.#packed.fields.get(key);
  }

  /** A field as JSON; undefined if there is none, or if it is not valid JSON. */
  json(key: string): unknown {
    const text = this.text(key);
    return text === undefined ? undefined : parsed(text);
  }

  /** A field that is a whole number within [low, high]. */
  integer(key: string, low: number, high = 0xffffffff): number {
    const text = this.text(key);
    const value = text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= low && value <= high) return value;
    throw this.wrong(key, `a whole number from ${low} to ${high}`);
  }

  /** A field that is one of some words. */
  choice<Word extends string>(key: string, words: readonly Word[]): Word {
    const found = words.find((word) => word === this.text(key));
    if (found !== undefined) return found;
    throw this.wrong(
      key,
      listed(
        words.map((word) => JSON.stringify(word)),
        "or",
      ),
    );
  }

  /** A field that is a JSON object; an empty one if there is none. */
  record(key: string): Readonly<Record<string, unknown>> {
    const value = this.text(key) === undefined ? {} : this.json(key);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    throw this.wrong(key, "a JSON object");
  }

  /** A field that is a JSON list of `count` strings; undefined if there is none. */
  strings(key: string, count: number): string[] | undefined {
    if (this.text(key) === undefined) return undefined;
    const value = this.json(key);
    if (Array.isArray(value) && value.length === count && value.every((entry) => typeof entry === "string"))
      return value;
    throw this.wrong(key, `a JSON list of ${count} strings`);
  }

  /** A field that is [height, width] of a picture of `values` values; undefined if there is none. */
  shape(key: string, values: number): [number, number] | undefined {
    if (this.text(key) === undefined) return undefined;
    const value = this.json(key);
    if (Array.isArray(value) && value.length === 2 && value.every((size) => Number.isInteger(size) && size > 0)) {
      if (value[0] * value[1] === values) return [value[0], value[1]];
    }
    throw this.wrong(key, `[height, width] that holds ${values} units`);
  }

  /** The shape of an array before anything of that size is allocated; undefined if there is none. */
  shapeOf(key: string): readonly number[] | undefined {
    return this.#packed.arrays.get(key)?.shape;
  }

  /** The type of an array, such as "Float64Array"; undefined if there is none. */
  typeOf(key: string): string | undefined {
    return this.#packed.arrays.get(key)?.values.constructor.name;
  }

  /**
   * An array of a type and a shape; a dimension of -1 may have any length of at least 1.
   *
   * @throws StorageError if there is none
   */
  array<Values extends NumberArray>(
    key: string,
    Kind: new (length: number) => Values,
    shape: readonly number[],
  ): Values {
    this.#used.add(key);
    const found = this.#packed.arrays.get(key);
    if (found !== undefined && found.values instanceof Kind && fits(found.shape, shape)) return found.values;
    const wanted = `${elementOf(Kind.name)} of ${shape.map((size) => (size < 0 ? "n" : size)).join(" x ")}`;
    const what =
      found === undefined ? "no array" : `${elementOf(found.values.constructor.name)} of ${sizesOf(found.shape)} as`;
    throw new StorageError(`${this.name} has ${what} ${quote(key)}; expected ${wanted}`);
  }

  /**
   * Numbers in double precision, from an array of double or of single precision and of a shape; a dimension of -1 may have
   * any length of at least 1.
   *
   * @throws StorageError if there are none
   */
  numbers(key: string, shape: readonly number[]): Float64Array {
    const found = this.#packed.arrays.get(key)?.values;
    if (!(found instanceof Float32Array)) return this.array(key, Float64Array, shape);
    return Float64Array.from(this.array(key, Float32Array, shape));
  }

  /** Throws if there is an array or a field that was not read; `what` names the kind in messages. */
  requireDone(what: string): void {
    const stray = [...this.#packed.arrays.keys()].find((key) => !this.#used.has(key));
    if (stray !== undefined) {
      throw new StorageError(`${this.name} holds an array ${quote(stray)}, which no ${what} has`);
    }
    const field = [...this.#packed.fields.keys()].find((key) => !this.#read.has(key));
    if (field !== undefined) {
      throw new StorageError(`${this.name} holds a field ${quote(field)}, which no ${what} has: it is damaged`);
    }
  }

  /** The result of `make`; errors that it throws for bad input are reported as errors of the file. */
  made<T>(what: string, make: () => T): T {
    try {
      return make();
    } catch (error) {
      if (error instanceof StorageError) throw error;
      if (error instanceof EngramError && error.fault === "input") {
        throw new StorageError(`${this.name} does not hold a valid ${what}: ${shortened(error.message)}`);
      }
      if (error instanceof RangeError)
        throw new StorageError(`${this.name} holds a ${what} that does not fit in memory`);
      throw error;
    }
  }

  /** The error for a field that is not what was expected. */
  wrong(key: string, expected: string): StorageError {
    return new StorageError(`${this.name}: ${key} is ${quote(this.text(key))}; expected ${expected}`);
  }
}

/** The type of an array's elements as files have it: "F64" for "Float64Array". */
function elementOf(name: string): string {
  const [, type = name, bits = ""] = /^([A-Z])\D*(\d+)Array$/.exec(name) ?? [];
  return `${type}${bits}`;
}

function fits(shape: readonly number[], wanted: readonly number[]): boolean {
  return shape.length === wanted.length && shape.every((size, d) => (wanted[d] < 0 ? size > 0 : size === wanted[d]));
}

/** The deepest nesting of lists and objects in the JSON of a file. */
export const DEEPEST_JSON = 64;

/** The value of a JSON text; undefined if it is not valid JSON, or nested more than `DEEPEST_JSON` deep. */
export function parsed(text: string): unknown {
  if (depthOf(text) > DEEPEST_JSON) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** How deep the lists and objects of a JSON text are nested. */
function depthOf(text: string): number {
  let [depth, deepest, isString] = [0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at);
    if (isString) {
      if (letter === 0x5c) at++;
      else if (letter === 0x22) isString = false;
    } else if (letter === 0x22) isString = true;
    else if (letter === 0x5b || letter === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (letter === 0x5d || letter === 0x7d) depth--;
  }
  return deepest;
}

/** Throws ArgumentError for numbers that are not finite, which files do not store. */
export function requireFinite(key: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) throw new ArgumentError(`${key}[${i}] is ${values[i]}; expected a finite number`);
  }
}
