import { ArgumentError } from "../../errors.js";
import type { LiveArrays } from "./method.js";

/**
 * All that a training needs to go on from where it was and end with the same bits: arrays by name, and settings that JSON can
 * hold.
 */
export interface TrainingCheckpoint {
  readonly arrays: ReadonlyMap<string, CheckpointArray>;
  readonly metadata: CheckpointMetadata;
}

/** A checkpoint as it may come from a file: what it holds is looked at before it is used. */
export interface SavedCheckpoint {
  readonly arrays: ReadonlyMap<string, unknown>;
  readonly metadata: unknown;
}

export type CheckpointArray = Float64Array | Float32Array | Uint32Array;

/** What kind of training a checkpoint is of, and its settings; values are as `JSON.stringify` writes them. */
export type CheckpointMetadata = { readonly kind: string; readonly settings: Readonly<Record<string, string>> };

export const KIND = "rbm training 1";

/** Copies live arrays. */
export function takeCheckpoint(arrays: LiveArrays, settings: Readonly<Record<string, string>>): TrainingCheckpoint {
  return {
    arrays: new Map(Array.from(arrays, ([name, array]): [string, CheckpointArray] => [name, array.slice()])),
    metadata: { kind: KIND, settings },
  };
}

/**
 * Throws unless a checkpoint belongs to a training with these arrays and settings.
 *
 * @throws ArgumentError naming the first thing in which they differ
 */
export function requireSame(
  checkpoint: SavedCheckpoint,
  live: LiveArrays,
  settings: Readonly<Record<string, string>>,
): void {
  const saved = checkpoint?.metadata as Partial<CheckpointMetadata> | undefined;
  const arrays = checkpoint?.arrays;
  if (saved?.kind !== KIND || !(arrays instanceof Map)) {
    throw new ArgumentError("resume is no checkpoint of an RBM's training; pass what report.checkpoint() gave");
  }
  for (const [name, value] of Object.entries(settings)) {
    const before = saved.settings?.[name];
    if (before === value) continue;
    throw new ArgumentError(
      `resume is a checkpoint with ${name} ${before} but this training has ${value}; resume with what it was begun with`,
    );
  }
  for (const [name, array] of live) {
    const values = arrays.get(name);
    if (values?.constructor === array.constructor && (values as CheckpointArray).length === array.length) continue;
    throw new ArgumentError(
      `resume lacks the ${array.length} numbers of ${name}; it is no whole checkpoint of this model`,
    );
  }
}

/** Sets live arrays to what a checkpoint holds. */
export function restoreArrays({ arrays }: SavedCheckpoint, live: LiveArrays): void {
  for (const [name, array] of live) array.set(arrays.get(name) as CheckpointArray);
}
