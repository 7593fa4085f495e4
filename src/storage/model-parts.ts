import { ArgumentError, EngramError, ShapeError, StorageError } from "../errors.js";
import { quote } from "../names.js";
import { parsed } from "../packed.js";
import { type Units, unitsByType, unitTypes } from "../units/index.js";
import { toArray, toTensor } from "./arrays.js";
import { type Json, toJson } from "./json.js";
import { readShape } from "./metadata.js";
import type { Tensor } from "./safetensors.js";

/** What the files of several models share: layers of units, arrays of numbers, and what is written beside a model. */

/** What a file keeps beside a model. */
export interface ModelNotes {
  /** Height and width of the picture that the visible values fill row by row. */
  readonly shape?: readonly [height: number, width: number] | undefined;
  /** Whatever else is to be known of it: its data, the seed and the settings of its training. */
  readonly notes?: { readonly [key: string]: Json | undefined } | undefined;
}

/** How to write a model. */
export interface EncodeModelOptions extends ModelNotes {
  /** "double", the default, keeps every bit; "single" rounds weights and parameters and halves the file. */
  readonly precision?: "double" | "single" | undefined;
}

/** Collects the tensors of a model, in one precision. */
export class TensorWriter {
  readonly tensors = new Map<string, Tensor>();
  readonly #precision: "double" | "single";

  /** @throws ArgumentError for a precision that there is not */
  constructor({ precision = "double" }: EncodeModelOptions) {
    if (precision !== "double" && precision !== "single") {
      throw new ArgumentError(`precision is ${quote(precision)}; expected "double" or "single"`);
    }
    this.#precision = precision;
  }

  /** @throws ArgumentError for numbers that are not finite */
  add(key: string, values: Float64Array, shape: readonly number[] = [values.length]): void {
    const kept = this.#precision === "single" ? Float32Array.from(values) : values;
    const bad = kept.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      throw new ArgumentError(
        `${key}[${bad}] is ${kept[bad]} in ${this.#precision} precision; a file keeps finite numbers`,
      );
    }
    this.tensors.set(key, toTensor(key, kept, shape));
  }

  /** The parameters of a layer as `<layer>.<parameter>`; returns what names its units in the metadata. */
  addUnits(layer: string, units: Units): string {
    const { type, count, states } = units;
    if (!unitTypes.includes(type)) {
      const known = unitTypes.join(", ");
      throw new ArgumentError(`the ${layer} layer has the type ${quote(type)}; a file can name one of ${known}`);
    }
    for (const [name, parameter] of Object.entries(units.named)) this.add(`${layer}.${name}`, parameter);
    return JSON.stringify({ type, count, states: states < Number.POSITIVE_INFINITY ? states : undefined });
  }
}

/** Takes the tensors of a file one by one, and knows what is left. */
export class TensorReader {
  readonly #tensors: ReadonlyMap<string, Tensor>;
  readonly #name: string;
  readonly #used = new Set<string>();

  constructor(tensors: ReadonlyMap<string, Tensor>, name: string) {
    this.#tensors = tensors;
    this.#name = name;
  }

  has(key: string): boolean {
    return this.#tensors.has(key);
  }

  /** How many numbers a tensor of one dimension has, 0 where there is none. */
  lengthOf(key: string): number {
    const shape = this.#tensors.get(key)?.shape;
    return shape?.length === 1 ? shape[0] : 0;
  }

  /** The numbers of a tensor of so many; throws StorageError where there is none. */
  numbers(key: string, length: number): Float64Array {
    this.#used.add(key);
    const tensor = this.#tensors.get(key);
    const values = tensor === undefined ? undefined : toArray(tensor);
    if (values?.length === length && (values instanceof Float64Array || values instanceof Float32Array)) {
      return Float64Array.from(values);
    }
    throw new StorageError(`${this.#name} has ${found(tensor)} ${quote(key)}; expected F64 or F32 of ${length}`);
  }

  /** The shape of a matrix of weights, checked before anything of that size is made. */
  shapeOf(key: string, expected = "visible x hidden values"): readonly [rows: number, columns: number] {
    const tensor = this.#tensors.get(key);
    if (tensor?.shape.length !== 2 || tensor.shape.includes(0)) {
      throw new StorageError(`${this.#name} has ${found(tensor)} ${quote(key)}; expected F64 or F32, ${expected}`);
    }
    return [tensor.shape[0], tensor.shape[1]];
  }

  /** A layer from its description, whose width is checked before anything of that size is made. */
  units(layer: string, text: string | undefined, width: number, model: string): Units {
    const name = this.#name;
    const description = text === undefined ? undefined : parsed(text);
    const { type, count, states } = (description ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof type !== "string" || !unitTypes.includes(type)) {
      throw new StorageError(`${name}: ${layer} is ${quote(text)}; expected units of one of ${unitTypes.join(", ")}`);
    }
    const size = width / Number(count);
    const fits = Number.isInteger(count) && (size === 1 || size === states);
    const units = fits ? made(name, model, () => unitsByType({ type, count: Number(count), states: size })) : undefined;
    if (units?.width !== width || (units.states < Number.POSITIVE_INFINITY && units.states !== states)) {
      throw new StorageError(`${name}: ${layer} is ${quote(text)}; its weights need ${width} values`);
    }
    const parameters: Record<string, Float64Array> = {};
    for (const [key, parameter] of Object.entries(units.named)) {
      parameters[key] = this.numbers(`${layer}.${key}`, parameter.length);
    }
    return made(name, model, () => unitsByType({ type, count: units.count, states: size, parameters }));
  }

  /** Throws where the file holds a tensor that was not asked for. */
  requireDone(model: string): void {
    const stray = [...this.#tensors.keys()].find((key) => !this.#used.has(key));
    if (stray !== undefined) {
      throw new StorageError(`${this.#name} holds a tensor ${quote(stray)}, which no ${model} has`);
    }
  }
}

/** Writes the notes of a model to the metadata; throws ShapeError for a shape that does not hold its visible values. */
export function writeNotes(metadata: Map<string, string>, { shape, notes }: ModelNotes, width: number): void {
  if (shape !== undefined) {
    if (shape[0] * shape[1] !== width) throw new ShapeError(`shape ${shape.join("x")} does not hold ${width} values`);
    metadata.set("shape", JSON.stringify(shape));
  }
  if (notes !== undefined) metadata.set("notes", toJson("notes", notes));
}

/** Reads what `writeNotes` wrote. */
export function readNotes(metadata: ReadonlyMap<string, string>, width: number, name: string): ModelNotes {
  const shape = readShape(metadata.get("shape"), width, name);
  const text = metadata.get("notes");
  if (text === undefined) return { shape, notes: undefined };
  const notes = parsed(text);
  if (typeof notes === "object" && notes !== null && !Array.isArray(notes)) {
    return { shape, notes: notes as ModelNotes["notes"] };
  }
  throw new StorageError(`${name}: notes is ${quote(text)}; expected a JSON object`);
}

/** What `make` makes of the file's content; its complaints are the file's fault. */
export function made<T>(name: string, model: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof EngramError) throw new StorageError(`${name} holds what no ${model} has: ${error.message}`);
    throw error;
  }
}

function found(tensor: Tensor | undefined): string {
  return tensor === undefined ? "no tensor" : `${tensor.dtype} of ${tensor.shape.join(" x ")} as`;
}
