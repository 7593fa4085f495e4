import { StorageError } from "../errors.js";
import {
  type Checkpoint,
  decodeCheckpoint,
  decodeModel,
  decodePacked,
  type EncodeModelOptions,
  encodeCheckpoint,
  encodeModel,
  type Packed,
  type StoredModel,
} from "../storage/index.js";
import { readBounded, writeFileAtomic } from "./files.js";

/** The largest file that is read. */
const largest = 2 ** 31;

/** Saves a model; see `encodeModel` for the format and `writeFileAtomic` for the writing. */
export async function saveModel(path: string, model: object, options: EncodeModelOptions = {}): Promise<void> {
  await writeFileAtomic(path, encodeModel(model, options));
}

/**
 * Loads a model that was saved, and what was noted beside it.
 *
 * @throws StorageError where the file is absent, too large or not a model
 */
export async function loadModel(path: string): Promise<StoredModel> {
  return decodeModel(await readBounded(path, largest, StorageError), { name: path });
}

/**
 * Loads the texts and arrays of a file of Engram, whatever it holds.
 *
 * @throws StorageError where the file is absent, too large or not one of Engram
 */
export async function loadPacked(path: string): Promise<Packed> {
  return decodePacked(await readBounded(path, largest, StorageError), path);
}

/** Saves a checkpoint, such as a training's; killed at any moment, the file is the old one or the new one. */
export async function saveCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  await writeFileAtomic(path, encodeCheckpoint(checkpoint));
}

/**
 * Loads a checkpoint that was saved.
 *
 * @throws StorageError where the file is absent, too large or not a checkpoint
 */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  return decodeCheckpoint(await readBounded(path, largest, StorageError), path);
}
