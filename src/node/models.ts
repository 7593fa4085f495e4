import { StorageError } from "../errors.js";
import type { Kernels } from "../kernels/index.js";
import type { Rbm } from "../models/index.js";
import {
  type Checkpoint,
  decodeCheckpoint,
  decodeModel,
  decodeRbm,
  type EncodeRbmOptions,
  encodeCheckpoint,
  encodeRbm,
  type StoredModel,
  type StoredRbm,
} from "../storage/index.js";
import { readBounded, writeFileAtomic } from "./files.js";

/** The largest file that is read. */
const largest = 2 ** 31;

/** Saves an RBM; see `encodeRbm` for the format and `writeFileAtomic` for the writing. */
export async function saveRbm(path: string, rbm: Rbm, options: EncodeRbmOptions = {}): Promise<void> {
  await writeFileAtomic(path, encodeRbm(rbm, options));
}

/**
 * Loads an RBM that was saved, and what was noted beside it.
 *
 * @throws StorageError where the file is absent, too large or no RBM
 */
export async function loadRbm(path: string): Promise<StoredRbm> {
  return decodeRbm(await readBounded(path, largest, StorageError), path);
}

/**
 * Loads a memory or an RBM, whichever the file holds.
 *
 * @throws StorageError where the file is absent, too large or no model
 */
export async function loadModel(
  path: string,
  { kernels }: { kernels?: Kernels | undefined } = {},
): Promise<StoredModel> {
  return decodeModel(await readBounded(path, largest, StorageError), { kernels, name: path });
}

/** Saves a checkpoint, such as a training's; killed at any moment, the file is the old one or the new one. */
export async function saveCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  await writeFileAtomic(path, encodeCheckpoint(checkpoint));
}

/**
 * Loads a checkpoint that was saved.
 *
 * @throws StorageError where the file is absent, too large or no checkpoint
 */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  return decodeCheckpoint(await readBounded(path, largest, StorageError), path);
}
