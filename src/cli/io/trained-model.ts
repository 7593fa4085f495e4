import { StorageError } from "../../errors.js";
import type { ModelKind } from "../../models/index.js";
import { listed } from "../../names.js";
import { loadModel } from "../../node/index.js";
import type { ModelNotes, StoredModel } from "../../storage/index.js";
import type { Units } from "../../units/index.js";

/** What a model tells of the images that it takes. */
export interface ImageModel extends ModelNotes {
  /** The units that images are states of. */
  readonly visible: Units;
}

/** A model that was trained on images. */
export type TrainedModel<Model = unknown> = StoredModel<Model> & ImageModel;

/** What a command does with models of one kind. */
export interface ForKind {
  readonly kind: Pick<ModelKind, "name" | "title">;
}

/**
 * The model of a file, and what a command does with its kind.
 *
 * @throws StorageError where the command does nothing with models of its kind
 */
export async function loadTrained<Use extends ForKind>(
  file: string,
  uses: readonly Use[],
): Promise<{ readonly model: TrainedModel<never>; readonly use: Use }> {
  const stored = await loadModel(file);
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
