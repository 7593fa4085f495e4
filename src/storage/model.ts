import { ArgumentError, ShapeError, StorageError } from "../errors.js";
import { modelKinds } from "../models/kinds.js";
import type { ModelKind } from "../models/model-kind.js";
import { listed, quote } from "../names.js";
import { Packing, Unpacking } from "../packed.js";
import { CHECKPOINT } from "./checkpoint.js";
import { type Json, toJson } from "./json.js";
import { decodePacked, type EncodeOptions, encodePacked } from "./packed.js";

/*
 * A model of any kind as a safetensors file: what its kind packs, and beside it, where they are given, the fields `shape` and
 * `notes` as JSON.
 */

/** What a file keeps beside a model. */
export interface ModelNotes {
  /** Height and width of the picture that the visible values fill row by row. */
  readonly shape?: readonly [height: number, width: number] | undefined;
  /** Whatever else is to be known of it: its data, the seed and the settings of its training. */
  readonly notes?: { readonly [key: string]: Json | undefined } | undefined;
}

/** How to write a model. */
export interface EncodeModelOptions extends ModelNotes, EncodeOptions {
  /** The kinds that the model may be of; Engram's own by default. */
  readonly kinds?: readonly ModelKind[] | undefined;
}

/** What a model file holds. */
export interface StoredModel<Model = unknown> extends ModelNotes {
  readonly kind: ModelKind<Model>;
  readonly model: Model;
}

/**
 * A model as the bytes of a safetensors file.
 *
 * @throws ArgumentError for a model of no known kind, unit types that are not built in, weights or parameters that are not
 *   finite, and notes that are not JSON; ShapeError for a shape that does not hold the visible values
 */
export function encodeModel(model: object, options: EncodeModelOptions = {}): Uint8Array {
  const { shape, notes, precision, kinds = modelKinds } = options;
  const kind = kinds.find((candidate) => candidate.holds(model));
  if (kind === undefined) {
    const known = listed(
      kinds.map(({ title }) => title),
      "or",
    );
    throw new ArgumentError(`model is not of a kind that a file can hold; expected ${known}`);
  }
  const { width } = kind.visible(model);
  if (shape !== undefined && shape[0] * shape[1] !== width) {
    throw new ShapeError(`shape ${shape.join("x")} does not hold ${width} values`);
  }
  const { fields, arrays } = kind.pack(model);
  const packing = new Packing(kind.name);
  for (const [key, text] of fields) packing.set(key, text);
  for (const [key, { values, shape: size }] of arrays) packing.add(key, values, size);
  packing.set("shape", shape).set("notes", notes && toJson("notes", notes));
  return encodePacked(packing, { precision });
}

/**
 * The model that `encodeModel` wrote, and what was written beside it.
 *
 * @throws StorageError where the bytes are not a model file of one of the kinds
 */
export function decodeModel<Model = unknown>(
  bytes: Uint8Array,
  {
    kinds = modelKinds as readonly ModelKind<Model>[],
    name = "model file",
  }: { readonly kinds?: readonly ModelKind<Model>[] | undefined; readonly name?: string | undefined } = {},
): StoredModel<Model> {
  const packed = decodePacked(bytes, name);
  const kind = kinds.find((candidate) => candidate.name === packed.kind);
  if (kind === undefined) {
    const known = listed(
      kinds.map((candidate) => candidate.name),
      "or",
    );
    const hint =
      packed.kind === CHECKPOINT ? "; a checkpoint holds no finished model: resume the training from it" : "";
    throw new StorageError(`${name}: model is ${quote(packed.kind)}; expected ${known}${hint}`);
  }
  const parts = new Unpacking(packed, name);
  const model = parts.made(kind.title, () => kind.unpack(parts));
  parts.requireDone(kind.title);
  const shape = parts.shape("shape", kind.visible(model).width);
  const notes = parts.text("notes") === undefined ? undefined : (parts.record("notes") as ModelNotes["notes"]);
  return { kind, model, shape, notes };
}
