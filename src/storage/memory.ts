import { ArgumentError, StorageError } from "../errors.js";
import { memoryKinds } from "../memories/kinds.js";
import type { AnyMemory, MemoryKind, UnpackOptions } from "../memories/memory.js";
import { listed, quote } from "../names.js";
import { type Packed, Unpacking } from "../packed.js";
import { CHECKPOINT } from "./checkpoint.js";
import { decodePacked, encodePacked } from "./packed.js";

/**
 * A memory as a safetensors file, as its kind packs it: metadata `format` "engram", `version` "1" and, as `model`, the kind;
 * what was stored, and by which rule with which options. What was learned follows from these to the last bit.
 */

/** The kinds that a file may hold. */
export interface Kinds {
  /** Defaults to those of the library, `memoryKinds`; add a kind of your own. */
  readonly kinds?: readonly MemoryKind[] | undefined;
}

/**
 * A memory as the bytes of a safetensors file.
 *
 * @throws ArgumentError where nothing is stored, the kind is not one of `kinds`, or the rule cannot be named
 */
export function encodeMemory(memory: AnyMemory, { kinds = memoryKinds }: Kinds = {}): Uint8Array {
  const kind = kinds.find(({ name }) => name === memory.kind);
  if (kind === undefined) {
    throw new ArgumentError(`the memory is of the kind ${quote(memory.kind)}, which is not among kinds; add its kind`);
  }
  return encodePacked(kind.pack(memory));
}

/** What `decodeMemory` may be told: the kinds, and a caller's own rules and dynamics. */
export interface DecodeOptions extends Kinds, UnpackOptions {
  /** How errors call the file. */
  readonly name?: string | undefined;
}

/**
 * The memory that `encodeMemory` wrote: it recalls bit for bit like the one that was saved. A file never loads code: a kind,
 * rule or dynamics that is not the library's has to be handed over.
 *
 * @throws StorageError where the bytes are not a memory of one of the kinds
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

/** Parts of a file. What was learned never is in one: it would not be held against what was stored. */
export function unpackingOf(packed: Packed, name: string): Unpacking {
  if (!packed.arrays.has("couplings.thresholds")) return new Unpacking(packed, name);
  throw new StorageError(`${name} holds an array "couplings.thresholds", which no file has: it is forged`);
}

/** The error for a file whose kind nobody handed over. */
export function unknownKind(found: string, kinds: readonly { readonly name: string }[], name: string): StorageError {
  const known = listed(
    kinds.map((kind) => kind.name),
    "or",
  );
  const hint =
    found === CHECKPOINT
      ? "a checkpoint does not hold a finished model: resume the training from it"
      : `a kind of your own must be given along (--kind ./its-module.mjs, or { kinds: [...memoryKinds, it] })`;
  return new StorageError(`${name} holds ${quote(found)}; expected ${known}; ${hint}`);
}
