import { StorageError } from "../errors.js";
import type { AnyMemory, MemoryKind, UnpackOptions } from "../memories/index.js";
import {
  type Checkpoint,
  decodeCheckpoint,
  decodeKind,
  decodeMemory,
  decodeModel,
  type EncodeModelOptions,
  encodeCheckpoint,
  encodeMemory,
  encodeModel,
  type ReadOptions,
  type StoredModel,
} from "../storage/index.js";
import { readBounded, writeFileAtomic } from "./files.js";
import { allMemoryKinds, allModelKinds } from "./kinds.js";

/** The largest file that is read, in bytes. */
const largest = 2 ** 31;

/** Options of `loadMemory`: the kinds of memories a file may hold, and rules and dynamics besides those of the library. */
export interface LoadOptions extends UnpackOptions, ReadOptions {
  /** Defaults to the kinds of the library; add a kind of your own to read its files. */
  readonly kinds?: readonly MemoryKind[] | undefined;
}

/** Saves a memory in the format of `encodeMemory`, written by `writeFileAtomic`. */
export async function saveMemory(
  path: string,
  memory: AnyMemory,
  { kinds = allMemoryKinds }: Pick<LoadOptions, "kinds"> = {},
): Promise<void> {
  await writeFileAtomic(path, encodeMemory(memory, { kinds }));
}

/**
 * Loads a saved memory: it recalls bit for bit like the original. Given the expected `kind`, the result has its type.
 *
 * ```ts
 * const memory = await loadMemory("letters.safetensors", { kind: hopfieldKind });
 * ```
 *
 * @throws StorageError if the file is absent, too large, damaged or not a memory of one of the kinds
 */
export async function loadMemory<M extends AnyMemory = AnyMemory>(
  path: string,
  { kind, kinds = allMemoryKinds, ...options }: LoadOptions & { readonly kind?: MemoryKind<M> | undefined } = {},
): Promise<M> {
  const bytes = await readBounded(path, largest, StorageError);
  const expected = kind === undefined ? kinds : [kind as unknown as MemoryKind];
  return decodeMemory(bytes, { ...options, kinds: expected, name: path }) as M;
}

/**
 * The kind of memory or model named in a file.
 *
 * @throws StorageError if the file is absent, too large or not a model file
 */
export async function kindOfFile(path: string): Promise<string> {
  return decodeKind(await readBounded(path, largest, StorageError), path);
}

/** Saves a model in the format of `encodeModel`, written by `writeFileAtomic`. */
export async function saveModel(path: string, model: object, options: EncodeModelOptions = {}): Promise<void> {
  await writeFileAtomic(path, encodeModel(model, { kinds: allModelKinds, ...options }));
}

/**
 * Loads a saved model and its notes.
 *
 * @throws StorageError if the file is absent, too large, damaged or not a model
 */
export async function loadModel(path: string, { onWarning }: ReadOptions = {}): Promise<StoredModel> {
  return decodeModel(await readBounded(path, largest, StorageError), { name: path, kinds: allModelKinds, onWarning });
}

/** Saves a checkpoint, such as a training's; if the process is killed, the file is either the old or the new one. */
export async function saveCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  await writeFileAtomic(path, encodeCheckpoint(checkpoint));
}

/**
 * Loads a saved checkpoint.
 *
 * @throws StorageError if the file is absent, too large, damaged or not a checkpoint
 */
export async function loadCheckpoint(path: string, options: ReadOptions = {}): Promise<Checkpoint> {
  return decodeCheckpoint(await readBounded(path, largest, StorageError), path, options);
}
