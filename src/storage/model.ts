import { StorageError } from "../errors.js";
import type { Hopfield } from "../models/index.js";
import { type DecodeOptions, decodeMemory } from "./memory.js";
import { readModel } from "./metadata.js";
import { quote } from "./quote.js";
import { decodeRbm, type StoredRbm } from "./rbm.js";
import { readSafetensors } from "./safetensors.js";

/** What a model file holds. */
export type StoredModel =
  | { readonly model: "hopfield"; readonly memory: Hopfield }
  | ({ readonly model: "rbm" } & StoredRbm);

/**
 * The model that a file holds, whichever it is.
 *
 * @throws StorageError where the bytes are no model file of Engram
 */
export function decodeModel(bytes: Uint8Array, options: DecodeOptions = {}): StoredModel {
  const { name = "model file" } = options;
  const model = readModel(readSafetensors(bytes, name).metadata, name);
  if (model === "hopfield") return { model, memory: decodeMemory(bytes, { ...options, name }) };
  if (model === "rbm") return { model, ...decodeRbm(bytes, name) };
  const hint = model === "checkpoint" ? ": a checkpoint holds no finished model, resume the training from it" : "";
  throw new StorageError(`${name}: model is ${quote(model)}; expected "hopfield" or "rbm"${hint}`);
}
