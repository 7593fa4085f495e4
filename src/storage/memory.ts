import { ArgumentError, StorageError } from "../errors.js";
import { memoryKinds } from "../memories/kinds.js";
import type { AnyMemory, MemoryKind, UnpackOptions } from "../memories/memory.js";
import { listed, quote } from "../names.js";
import { Unpacking } from "../packed.js";
import { CHECKPOINT } from "./checkpoint.js";
import { encodePacked, openPacked } from "./packed.js";
import type { ReadOptions } from "./sealed.js";

/**
 * A memory as a safetensors file, as its kind packs it: metadata `format` "engram", `version` "1" and, as `model`, the kind;
 * the stored items, the rule and its options, and what was learned: reading a file learns nothing again.
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
export interface DecodeOptions extends Kinds, UnpackOptions, ReadOptions {
  /** Name of the file in errors; defaults to "memory file". */
  readonly name?: string | undefined;
}

/**
 * The memory that `encodeMemory` wrote, which recalls bit for bit like the saved one. A file never loads code: pass any kind,
 * rule or dynamics that is not built in.
 *
 * @throws StorageError unless the bytes are a memory of one of the kinds that is not damaged
 */
export function decodeMemory(
  bytes: Uint8Array,
  { kinds = memoryKinds, name = "memory file", onWarning, ...options }: DecodeOptions = {},
): AnyMemory {
  const { packed, verify } = openPacked(bytes, name, { onWarning });
  const kind = kinds.find((candidate) => candidate.name === packed.kind);
  if (kind === undefined) throw unknownKind(packed.kind, kinds, name);
  const memory = kind.unpack(new Unpacking(packed, name), options);
  verify();
  return memory;
}

/** The error for a file of an unknown kind. */
function unknownKind(found: string, kinds: readonly { readonly name: string }[], name: string): StorageError {
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
