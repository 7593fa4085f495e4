import { ArgumentError, StorageError } from "../errors.js";
import { memoryKinds } from "../memories/kinds.js";
import type { AnyMemory, MemoryKind, UnpackOptions } from "../memories/memory.js";
import { listed, quote } from "../names.js";
import { type Packed, Unpacking } from "../packed.js";
import { CHECKPOINT } from "./checkpoint.js";
import { decodePacked, encodePacked } from "./packed.js";

/**
 * A memory as a safetensors file, as its kind packs it: metadata `format` "engram", `version` "1" and, as `model`, the kind;
 * the stored items, the rule and its options. The learned weights follow from these to the last bit.
 */

/** Option of the kinds that a file may hold. */
export interface Kinds {
  /** Kinds of memories; defaults to the built-in ones, `memoryKinds`. Add a kind of your own to these. */
  readonly kinds?: readonly MemoryKind[] | undefined;
}

/**
 * A memory as the bytes of a safetensors file.
 *
 * @throws ArgumentError if nothing is stored, the kind is not one of `kinds`, or the rule cannot be saved by name
 */
export function encodeMemory(memory: AnyMemory, { kinds = memoryKinds }: Kinds = {}): Uint8Array {
  const kind = kinds.find(({ name }) => name === memory.kind);
  if (kind === undefined) {
    throw new ArgumentError(`the memory is of the kind ${quote(memory.kind)}, which is not in kinds; add its kind`);
  }
  return encodePacked(kind.pack(memory));
}

/** Options of `decodeMemory`: the kinds, and a caller's own rules and dynamics. */
export interface DecodeOptions extends Kinds, UnpackOptions {
  /** Name of the file in errors; defaults to "memory file". */
  readonly name?: string | undefined;
}

/**
 * The memory that `encodeMemory` wrote, which recalls bit for bit like the saved one. A file never loads code: pass any kind,
 * rule or dynamics that is not built in.
 *
 * @throws StorageError unless the bytes are a memory of one of the kinds
 */
export function decodeMemory(
  bytes: Uint8Array,
  { kinds = memoryKinds, name = "memory file", ...options }: DecodeOptions = {},
): AnyMemory {
  const packed = decodePacked(bytes, name);
  const kind = kinds.find((candidate) => candidate.name === packed.kind);
  if (kind === undefined) throw unknownKind(packed.kind, kinds, name);
  return kind.unpack(unpackingOf(packed, name), options);
}

/** Parts of a file. A file never holds learned weights, as they would not be checked against the stored items. */
export function unpackingOf(packed: Packed, name: string): Unpacking {
  if (!packed.arrays.has("couplings.thresholds")) return new Unpacking(packed, name);
  throw new StorageError(`${name} holds an array "couplings.thresholds", which memory files do not have: it is forged`);
}

/** The error for a file of an unknown kind. */
export function unknownKind(found: string, kinds: readonly { readonly name: string }[], name: string): StorageError {
  const known = listed(
    kinds.map((kind) => kind.name),
    "or",
  );
  const hint =
    found === CHECKPOINT
      ? "a checkpoint is not a finished model: resume the training from it"
      : `pass a kind of your own (--kind ./its-module.mjs, or { kinds: [...memoryKinds, it] })`;
  return new StorageError(`${name} holds ${quote(found)}; expected ${known}; ${hint}`);
}
