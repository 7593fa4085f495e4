import type { AnyMemory } from "../memories/memory.js";
import { decodeClassifier, type StoredClassifier } from "./classifier.js";
import { decodeDeepBoltzmannMachine, type StoredDeepBoltzmannMachine } from "./dbm.js";
import { decodeDeepBeliefNet, type StoredDeepBeliefNet } from "./dbn.js";
import { type DecodeOptions, unknownKind, unpackingOf } from "./memory.js";
import { decodePacked } from "./packed.js";
import { decodeRbm, type StoredRbm } from "./rbm.js";

const MODELS = ["rbm", "dbn", "dbm", "classifier"];

/** What a model file holds. */
export type StoredModel =
  | { readonly model: "memory"; readonly memory: AnyMemory }
  | ({ readonly model: "rbm" } & StoredRbm)
  | ({ readonly model: "dbn" } & StoredDeepBeliefNet)
  | ({ readonly model: "dbm" } & StoredDeepBoltzmannMachine)
  | ({ readonly model: "classifier" } & StoredClassifier);

/**
 * The memory or the model that a file holds, whichever it is.
 *
 * @throws StorageError where the bytes are not a model file of Engram
 */
export function decodeModel(bytes: Uint8Array, { kinds, name = "model file", ...options }: DecodeOptions): StoredModel {
  const packed = decodePacked(bytes, name);
  const kind = kinds.find((candidate) => candidate.name === packed.kind);
  if (kind !== undefined) return { model: "memory", memory: kind.unpack(unpackingOf(packed, name), options) };
  if (packed.kind === "rbm") return { model: "rbm", ...decodeRbm(bytes, name) };
  if (packed.kind === "dbn") return { model: "dbn", ...decodeDeepBeliefNet(bytes, name) };
  if (packed.kind === "dbm") return { model: "dbm", ...decodeDeepBoltzmannMachine(bytes, name) };
  if (packed.kind === "classifier") return { model: "classifier", ...decodeClassifier(bytes, name) };
  throw unknownKind(packed.kind, [...kinds, ...MODELS.map((model) => ({ name: model }))], name);
}
