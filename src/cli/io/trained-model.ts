import { StorageError } from "../../errors.js";
import { loadModel } from "../../node/index.js";
import type { ModelNotes, StoredModel } from "../../storage/index.js";
import { binary, type Units } from "../../units/index.js";

/** A model that was trained on images. */
export type TrainedModel<Name extends StoredModel["model"]> = Extract<StoredModel, { model: Name }> & ImageModel;

/** What a model tells of the images that it takes. */
export interface ImageModel extends ModelNotes {
  /** The units that images are states of; those of a classifier, which takes means, are binary. */
  readonly visible: Units;
}

/** The model of a file, which must be one of those that a command is for. */
export async function loadTrained<Name extends "rbm" | "dbn" | "classifier">(
  file: string,
  names: readonly Name[],
): Promise<TrainedModel<Name>> {
  const found = await loadModel(file);
  if (names.some((name) => name === found.model)) {
    return { ...found, visible: visibleOf(found) } as unknown as TrainedModel<Name>;
  }
  const expected = names.map((name) => `"${name}"`).join(" or ");
  throw new StorageError(`${file}: model is "${found.model}"; expected ${expected}, as engram train writes it`);
}

function visibleOf(found: StoredModel): Units | undefined {
  if (found.model === "rbm") return found.rbm.visible;
  if (found.model === "dbn") return found.net.visible;
  return found.model === "classifier" ? binary(found.classifier.inputs) : undefined;
}
