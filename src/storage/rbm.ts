import { ArgumentError, EngramError, ShapeError, StorageError } from "../errors.js";
import { Rbm } from "../models/index.js";
import { type Units, unitsByType, unitTypes } from "../units/index.js";
import { toArray, toTensor } from "./arrays.js";
import { type Json, toJson } from "./json.js";
import { formatMetadata, parsed, readShape, requireModel } from "./metadata.js";
import { quote } from "./quote.js";
import { readSafetensors, type Tensor, writeSafetensors } from "./safetensors.js";

/**
 * An RBM as a safetensors file.
 *
 * - tensor `weights`: F64 or F32 [visible values, hidden values]
 * - tensors `visible.bias`, `hidden.mean` and so on: the parameters of either layer by name, of the same type
 * - metadata: `format` "engram", `version` "1", `model` "rbm"; as JSON `visible` and `hidden`, a layer's `type`, `count`
 *   and, where they are finitely many, `states`; and, where they are given, `shape` and `notes`
 */

const LAYERS = ["visible", "hidden"] as const;

/** What a file keeps beside an RBM. */
export interface RbmNotes {
  /** Height and width of the picture that the visible values fill row by row. */
  readonly shape?: readonly [height: number, width: number] | undefined;
  /** Whatever else is to be known of it: its data, the seed and the settings of its training. */
  readonly notes?: { readonly [key: string]: Json | undefined } | undefined;
}

/** How to write an RBM. */
export interface EncodeRbmOptions extends RbmNotes {
  /** "double", the default, keeps every bit; "single" rounds weights and parameters and halves the file. */
  readonly precision?: "double" | "single" | undefined;
}

/** What a file holds. */
export interface StoredRbm extends RbmNotes {
  readonly rbm: Rbm;
}

/**
 * An RBM as the bytes of a safetensors file.
 *
 * @throws ArgumentError for unit types that are not built in, which a file cannot name, weights or parameters that are not
 *   finite, and notes that are no JSON; ShapeError for a shape that does not hold the visible values
 */
export function encodeRbm(rbm: Rbm, { shape, notes, precision = "double" }: EncodeRbmOptions = {}): Uint8Array {
  if (precision !== "double" && precision !== "single") {
    throw new ArgumentError(`precision is ${quote(precision)}; expected "double" or "single"`);
  }
  const metadata = formatMetadata("rbm");
  const { rows, columns, values } = rbm.weights;
  const tensors = new Map([["weights", numbers("weights", values, precision, [rows, columns])]]);
  for (const layer of LAYERS) {
    metadata.set(layer, JSON.stringify(describe(layer, rbm[layer])));
    for (const [name, parameter] of Object.entries(rbm[layer].named)) {
      tensors.set(`${layer}.${name}`, numbers(`${layer}.${name}`, parameter, precision));
    }
  }
  if (shape !== undefined) {
    if (shape[0] * shape[1] !== rows) throw new ShapeError(`shape ${shape.join("x")} does not hold ${rows} values`);
    metadata.set("shape", JSON.stringify(shape));
  }
  if (notes !== undefined) metadata.set("notes", toJson("notes", notes));
  return writeSafetensors({ tensors, metadata });
}

/**
 * The RBM that `encodeRbm` wrote, and what was written beside it.
 *
 * @param name how errors call the file
 * @throws StorageError where the bytes are anything else
 */
export function decodeRbm(bytes: Uint8Array, name = "model file"): StoredRbm {
  const { tensors, metadata } = readSafetensors(bytes, name);
  requireModel(metadata, "rbm", "engram train", name);
  const weights = tensors.get("weights");
  if (weights?.shape.length !== 2 || weights.shape.includes(0)) {
    throw new StorageError(`${name} has ${found(weights)} "weights"; expected F64 or F32, visible x hidden values`);
  }
  const [rows, columns] = weights.shape;
  const used = new Set(["weights"]);
  const read = (key: string, length: number) => {
    used.add(key);
    return doubles(key, tensors.get(key), length, name);
  };
  const values = read("weights", rows * columns);
  const visible = readLayer("visible", metadata.get("visible"), rows, read, name);
  const hidden = readLayer("hidden", metadata.get("hidden"), columns, read, name);
  const stray = [...tensors.keys()].find((key) => !used.has(key));
  if (stray !== undefined) throw new StorageError(`${name} holds a tensor ${quote(stray)}, which no RBM has`);
  const shape = readShape(metadata.get("shape"), rows, name);
  const notes = readNotes(metadata.get("notes"), name);
  return { rbm: made(name, () => new Rbm({ visible, hidden, weights: { rows, columns, values } })), shape, notes };
}

function describe(layer: string, { type, count, states }: Units) {
  if (!unitTypes.includes(type)) {
    const known = unitTypes.join(", ");
    throw new ArgumentError(`the ${layer} layer has the type ${quote(type)}; a file can name one of ${known}`);
  }
  return { type, count, states: states < Number.POSITIVE_INFINITY ? states : undefined };
}

function numbers(key: string, values: Float64Array, precision: "double" | "single", shape = [values.length]): Tensor {
  const kept = precision === "single" ? Float32Array.from(values) : values;
  const bad = kept.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new ArgumentError(`${key}[${bad}] is ${kept[bad]} in ${precision} precision; a file keeps finite numbers`);
  }
  return toTensor(key, kept, shape);
}

/** A layer from its description, whose width is checked against the weights before anything of that size is made. */
function readLayer(
  layer: string,
  text: string | undefined,
  width: number,
  read: (key: string, length: number) => Float64Array,
  name: string,
): Units {
  const description = text === undefined ? undefined : parsed(text);
  const { type, count, states } = (description ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof type !== "string" || !unitTypes.includes(type)) {
    throw new StorageError(`${name}: ${layer} is ${quote(text)}; expected units of one of ${unitTypes.join(", ")}`);
  }
  const size = width / Number(count);
  const fits = Number.isInteger(count) && (size === 1 || size === states);
  const units = fits ? made(name, () => unitsByType({ type, count: Number(count), states: size })) : undefined;
  if (units?.width !== width || (units.states < Number.POSITIVE_INFINITY && units.states !== states)) {
    throw new StorageError(`${name}: ${layer} is ${quote(text)}; its weights need ${width} values`);
  }
  const parameters: Record<string, Float64Array> = {};
  for (const [key, parameter] of Object.entries(units.named)) {
    parameters[key] = read(`${layer}.${key}`, parameter.length);
  }
  return made(name, () => unitsByType({ type, count: units.count, states: size, parameters }));
}

function doubles(key: string, tensor: Tensor | undefined, length: number, name: string): Float64Array {
  const values = tensor === undefined ? undefined : toArray(tensor);
  if (values?.length === length && (values instanceof Float64Array || values instanceof Float32Array)) {
    return Float64Array.from(values);
  }
  throw new StorageError(`${name} has ${found(tensor)} ${quote(key)}; expected F64 or F32 of ${length}`);
}

function found(tensor: Tensor | undefined): string {
  return tensor === undefined ? "no tensor" : `${tensor.dtype} of ${tensor.shape.join(" x ")} as`;
}

function readNotes(text: string | undefined, name: string): RbmNotes["notes"] {
  if (text === undefined) return undefined;
  const notes = parsed(text);
  if (typeof notes === "object" && notes !== null && !Array.isArray(notes)) return notes as RbmNotes["notes"];
  throw new StorageError(`${name}: notes is ${quote(text)}; expected a JSON object`);
}

/** What `make` makes of the file's content; its complaints are the file's fault. */
function made<T>(name: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof EngramError) throw new StorageError(`${name} holds what no RBM has: ${error.message}`);
    throw error;
  }
}
