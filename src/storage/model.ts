import { StorageError } from "../errors.js";
import type { Hopfield } from "../memories/index.js";
import { quote } from "../names.js";
import { decodeClassifier, type StoredClassifier } from "./classifier.js";
import { decodeDeepBoltzmannMachine, type StoredDeepBoltzmannMachine } from "./dbm.js";
import { decodeDeepBeliefNet, type StoredDeepBeliefNet } from "./dbn.js";
import { type DecodeOptions, decodeMemory } from "./memory.js";
import { readModel } from "./metadata.js";
import { decodeRbm, type StoredRbm } from "./rbm.js";
import { readSafetensors } from "./safetensors.js";

const MODELS = "hopfield, rbm, dbn, dbm and classifier";

/** What a model file holds. */
export type StoredModel =
  | { readonly model: "hopfield"; readonly memory: Hopfield }
  | ({ readonly model: "rbm" } & StoredRbm)
  | ({ readonly model: "dbn" } & StoredDeepBeliefNet)
  | ({ readonly model: "dbm" } & StoredDeepBoltzmannMachine)
  | ({ readonly model: "classifier" } & StoredClassifier);

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
  if (model === "dbn") return { model, ...decodeDeepBeliefNet(bytes, name) };
  if (model === "dbm") return { model, ...decodeDeepBoltzmannMachine(bytes, name) };
  if (model === "classifier") return { model, ...decodeClassifier(bytes, name) };
  const hint = model === "checkpoint" ? ": a checkpoint holds no finished model, resume the training from it" : "";
  throw new StorageError(`${name}: model is ${quote(model)}; expected one of ${MODELS}${hint}`);
}
