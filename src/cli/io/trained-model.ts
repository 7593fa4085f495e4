import { StorageError } from "../../errors.js";
import type { ModelKind } from "../../models/index.js";
import { listed } from "../../names.js";
import { loadModel } from "../../node/index.js";
import type { ModelNotes, StoredModel } from "../../storage/index.js";
import type { Units } from "../../units/index.js";
import { printWarning } from "./output.js";

/** What a model file says about its images. */
export interface ImageModel extends ModelNotes {
  /** The units whose states are images. */
  readonly visible: Units;
}

/** A model that was trained on images. */
export type TrainedModel<Model = unknown> = StoredModel<Model> & ImageModel;

/** The part of a command that handles models of one kind. */
export interface ForKind {
  readonly kind: Pick<ModelKind, "name" | "title">;
}

/**
 * Loads a model from a file, with the part of the command that handles its kind.
 *
 * @throws StorageError if the command does not support models of its kind
 */
export async function loadTrained<Use extends ForKind>(
  file: string,
  uses: readonly Use[],
): Promise<{ readonly model: TrainedModel<never>; readonly use: Use }> {
  const stored = await loadModel(file, { onWarning: printWarning });
  const use = uses.find(({ kind }) => kind.name === stored.kind.name);
  if (use !== undefined) {
    const visible = stored.kind.visible(stored.model);
    return { model: { ...stored, visible } as TrainedModel<never>, use };
  }
  const expected = listed(
    uses.map(({ kind }) => kind.name),
    "or",
  );
  throw new StorageError(`${file} holds a model of the kind ${stored.kind.name}; expected ${expected}`);
}
