import { ArgumentError, StorageError } from "../errors.js";
import { quote, sizesOf } from "../names.js";
import type { NumberArray, Packed, PackedArray } from "../packed.js";
import { arrayDtypes, toArray, toTensor } from "./arrays.js";
import { formatMetadata, readModel } from "./metadata.js";
import { readSafetensors, type Tensor } from "./safetensors.js";
import { DIGEST, type ReadOptions, readSealed, type Sealed, writeSealed } from "./sealed.js";

/*
 * Packed parts of any kind as a safetensors file: a tensor for every array, of its type and shape, and a text of the metadata
 * for every field, besides `format` "engram", `version` "1", `digest` and, as `model`, the name of the kind.
 */

/** Options of writing a file. */
export interface EncodeOptions {
  /** "double" keeps every bit; "single" rounds doubles and halves the file; defaults to "double". */
  readonly precision?: "double" | "single" | undefined;
}

/**
 * Packed parts as the bytes of a safetensors file.
 *
 * @throws ArgumentError for numbers that are not finite, an unknown precision, or a field name that every file has
 */
export function encodePacked(
  { kind, fields, arrays }: Packed,
  { precision = "double" }: EncodeOptions = {},
): Uint8Array {
  if (precision !== "double" && precision !== "single") {
    throw new ArgumentError(`precision is ${quote(precision)}; expected "double" or "single"`);
  }
  const metadata = formatMetadata(kind);
  for (const [key, text] of fields) {
    if (metadata.has(key) || key === DIGEST)
      throw new ArgumentError(`the field name ${quote(key)} is reserved; rename the field`);
    metadata.set(key, text);
  }
  const tensors = new Map<string, Tensor>();
  for (const [key, { values, shape }] of arrays) {
    const kept = precision === "single" && values instanceof Float64Array ? Float32Array.from(values) : values;
    const bad = firstNotFinite(kept);
    if (bad >= 0) {
      const found = `${key}[${bad}] is ${kept[bad]} in ${precision} precision`;
      throw new ArgumentError(`${found}; expected a finite number`);
    }
    tensors.set(key, toTensor(key, kept, shape));
  }
  return writeSealed({ tensors, metadata });
}

/**
 * The parts that `encodePacked` wrote; `Unpacking` checks their contents.
 *
 * @param name name of the file in errors; defaults to "model file"
 * @throws StorageError if the bytes are not an Engram file or are damaged, or a tensor has an element type that no array has
 */
export function decodePacked(bytes: Uint8Array, name = "model file", options: ReadOptions = {}): Packed {
  const { packed, verify } = openPacked(bytes, name, options);
  verify();
  return packed;
}

/** The parts of a file, to be used once `verify` has compared its digest. */
export function openPacked(
  bytes: Uint8Array,
  name: string,
  options: ReadOptions,
): Pick<Sealed, "verify"> & { packed: Packed } {
  const { tensors, metadata, verify } = readSealed(bytes, name, options);
  const kind = readModel(metadata, name);
  const fields = new Map(metadata);
  for (const key of formatMetadata(kind).keys()) fields.delete(key);
  const arrays = new Map<string, PackedArray>();
  for (const [key, tensor] of tensors) {
    const values = toArray(tensor);
    if (values === undefined) {
      const found = `${tensor.dtype} of ${sizesOf(tensor.shape)}`;
      throw new StorageError(`${name} has ${found} as ${quote(key)}; expected ${arrayDtypes.join(", ")}`);
    }
    arrays.set(key, { values, shape: tensor.shape });
  }
  return { packed: { kind, fields, arrays }, verify };
}

/** The name of the kind in a file, without a look at its content. @throws StorageError if it is not an Engram file */
export function decodeKind(bytes: Uint8Array, name = "model file"): string {
  return readModel(readSafetensors(bytes, name).metadata, name);
}

function firstNotFinite(values: NumberArray): number {
  if (!(values instanceof Float64Array || values instanceof Float32Array)) return -1;
  return values.findIndex((value) => !Number.isFinite(value));
}
