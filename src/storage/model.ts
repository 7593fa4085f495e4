import { ArgumentError, ShapeError, StorageError } from "../errors.js";
import { modelKinds } from "../models/kinds.js";
import type { ModelKind } from "../models/model-kind.js";
import { listed, quote } from "../names.js";
import { Packing, Unpacking } from "../packed.js";
import { CHECKPOINT } from "./checkpoint.js";
import { type Json, toJson } from "./json.js";
import { type EncodeOptions, encodePacked, openPacked } from "./packed.js";
import type { ReadOptions } from "./sealed.js";

/*
 * A model of any kind as a safetensors file: the parts that its kind packs and, if given, the fields `shape` and `notes` as
 * JSON.
 */

/** Notes that a file keeps with a model. */
export interface ModelNotes {
  /** Height and width of the image that the visible values form, row by row. */
  readonly shape?: readonly [height: number, width: number] | undefined;
  /** Further information, such as its data, the seed and the settings of its training. */
  readonly notes?: { readonly [key: string]: Json | undefined } | undefined;
}

/** Options of writing a model. */
export interface EncodeModelOptions extends ModelNotes, EncodeOptions {
  /** Kinds of models to choose from; defaults to the built-in ones. */
  readonly kinds?: readonly ModelKind[] | undefined;
}

/** Options of reading a model. */
export interface DecodeModelOptions<Model = unknown> extends ReadOptions {
  /** Kinds of models that the file may hold; defaults to the built-in ones. */
  readonly kinds?: readonly ModelKind<Model>[] | undefined;
  /** Name of the file in errors; defaults to "model file". */
  readonly name?: string | undefined;
}

/** The contents of a model file. */
export interface StoredModel<Model = unknown> extends ModelNotes {
  readonly kind: ModelKind<Model>;
  readonly model: Model;
}

/**
 * A model as the bytes of a safetensors file.
 *
 * @throws ArgumentError for a model of an unknown kind, unit types that are not built in, weights or parameters that are not
 *   finite, and notes that are not JSON; ShapeError for a shape that does not fit the visible values
 */
export function encodeModel(model: object, options: EncodeModelOptions = {}): Uint8Array {
  const { shape, notes, precision, kinds = modelKinds } = options;
  const kind = kinds.find((candidate) => candidate.holds(model));
  if (kind === undefined) {
    const known = listed(
      kinds.map(({ title }) => title),
      "or",
    );
    throw new ArgumentError(`model is not of a known kind; expected ${known}`);
  }
  const { width } = kind.visible(model);
  if (shape !== undefined && shape[0] * shape[1] !== width) {
    throw new ShapeError(
      `shape is ${shape.join("x")}; expected a height and width with the product ${width}, the number of visible values`,
    );
  }
  const { fields, arrays } = kind.pack(model);
  const packing = new Packing(kind.name);
  for (const [key, text] of fields) packing.set(key, text);
  for (const [key, { values, shape: size }] of arrays) packing.add(key, values, size);
  packing.set("shape", shape).set("notes", notes && toJson("notes", notes));
  return encodePacked(packing, { precision });
}

/**
 * The model that `encodeModel` wrote, with its notes.
 *
 * @throws StorageError unless the bytes are a model file of one of the kinds that is not damaged
 */
export function decodeModel<Model = unknown>(
  bytes: Uint8Array,
  { kinds = modelKinds as readonly ModelKind<Model>[], name = "model file", onWarning }: DecodeModelOptions<Model> = {},
): StoredModel<Model> {
  const { packed, verify } = openPacked(bytes, name, { onWarning });
  const kind = kinds.find((candidate) => candidate.name === packed.kind);
  if (kind === undefined) {
    const known = listed(
      kinds.map((candidate) => candidate.name),
      "or",
    );
    const hint =
      packed.kind === CHECKPOINT ? "; a checkpoint is not a finished model: resume the training from it" : "";
    throw new StorageError(`${name}: model is ${quote(packed.kind)}; expected ${known}${hint}`);
  }
  const parts = new Unpacking(packed, name);
  const model = parts.made(kind.title, () => kind.unpack(parts));
  const shape = parts.shape("shape", kind.visible(model).width);
  const notes = parts.text("notes") === undefined ? undefined : (parts.record("notes") as ModelNotes["notes"]);
  parts.requireDone(kind.title);
  verify();
  return { kind, model, shape, notes };
}
