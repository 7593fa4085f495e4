import { ArgumentError } from "../errors.js";
import {
  type CheckpointMetadata,
  KIND,
  requireSame,
  restoreArrays,
  type SavedCheckpoint,
  type TrainingCheckpoint,
  takeCheckpoint,
} from "./rbm/checkpoint.js";
import type { LiveArrays } from "./rbm/method.js";

/** A kind of training other than that of one RBM. */
export interface TrainingKind {
  /** As checkpoints have it. */
  readonly kind: string;
  /** As messages call it. */
  readonly name: string;
}

/** Copies live arrays. */
export function takeCheckpointOf(
  { kind }: TrainingKind,
  arrays: LiveArrays,
  settings: Readonly<Record<string, string>>,
): TrainingCheckpoint {
  return { arrays: takeCheckpoint(arrays, settings).arrays, metadata: { kind, settings } };
}

/**
 * Sets live arrays to what a checkpoint holds.
 *
 * @throws ArgumentError naming the first thing in which it is of another training, before anything changes
 */
export function restoreCheckpointOf(
  { kind, name }: TrainingKind,
  saved: SavedCheckpoint,
  arrays: LiveArrays,
  settings: Readonly<Record<string, string>>,
): void {
  const metadata = saved?.metadata as Partial<CheckpointMetadata> | undefined;
  if (metadata?.kind !== kind) {
    throw new ArgumentError(`resume is no checkpoint of ${name}; pass what report.checkpoint() gave`);
  }
  requireSame({ arrays: saved.arrays, metadata: { ...metadata, kind: KIND } }, arrays, settings);
  restoreArrays(saved, arrays);
}
