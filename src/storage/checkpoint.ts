import { ArgumentError, StorageError } from "../errors.js";
import { quote, sizesOf } from "../names.js";
import type { NumberArray } from "../packed.js";
import { parsed } from "../packed.js";
import { arrayDtypes, toArray, toTensor } from "./arrays.js";
import { type Json, toJson } from "./json.js";
import { formatMetadata, requireModel } from "./metadata.js";
import { type ReadOptions, readSealed, writeSealed } from "./sealed.js";

/**
 * A checkpoint as a safetensors file: one tensor per array, of one dimension; metadata: `format` "engram", `version` "1",
 * `model` "checkpoint", `digest` and, as JSON, `state`.
 */

/** The `model` of checkpoint files. */
export const CHECKPOINT = "checkpoint";

/** The state from which long work can be resumed. */
export interface Checkpoint {
  readonly arrays: ReadonlyMap<string, NumberArray>;
  /** Everything that is not an array: settings, counters, seeds. */
  readonly metadata: Json;
}

/**
 * A checkpoint as the bytes of a safetensors file, every array to the last bit.
 *
 * @throws ArgumentError for arrays of another type, and for metadata that JSON cannot represent, such as NaN
 */
export function encodeCheckpoint({ arrays, metadata }: Checkpoint): Uint8Array {
  if (!(arrays instanceof Map))
    throw new ArgumentError("arrays is not a Map; expected a Map from names to typed arrays");
  const header = formatMetadata(CHECKPOINT).set("state", toJson("metadata", metadata));
  const tensors = new Map(Array.from(arrays, ([key, array]) => [key, toTensor(`array ${quote(key)}`, array)]));
  return writeSealed({ tensors, metadata: header });
}

/**
 * The checkpoint that `encodeCheckpoint` wrote. The training that resumes from it interprets the contents.
 *
 * @param name name of the file in errors; defaults to "checkpoint"
 * @throws StorageError unless the bytes are a checkpoint that is not damaged
 */
export function decodeCheckpoint(bytes: Uint8Array, name = "checkpoint", options: ReadOptions = {}): Checkpoint {
  const { tensors, metadata, verify } = readSealed(bytes, name, options);
  requireModel(metadata, CHECKPOINT, "engram train", name);
  const known = formatMetadata(CHECKPOINT).set("state", "");
  const stray = [...metadata.keys()].find((key) => !known.has(key));
  if (stray !== undefined) {
    throw new StorageError(`${name} holds a field ${quote(stray)}, which no checkpoint has: it is damaged`);
  }
  const text = metadata.get("state");
  const state = text === undefined ? undefined : parsed(text);
  if (state === undefined) throw new StorageError(`${name}: state is ${quote(text)}; expected JSON`);
  const arrays = new Map<string, NumberArray>();
  for (const [key, tensor] of tensors) {
    const array = tensor.shape.length === 1 ? toArray(tensor) : undefined;
    if (array === undefined) {
      const found = `${tensor.dtype} of ${sizesOf(tensor.shape)}`;
      throw new StorageError(`${name} has ${found} as ${quote(key)}; expected ${arrayDtypes.join(", ")} in one row`);
    }
    arrays.set(key, array);
  }
  verify();
  return { arrays, metadata: state as Json };
}
