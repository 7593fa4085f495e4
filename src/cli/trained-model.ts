import { StorageError } from "../errors.js";
import { loadModel } from "../node/index.js";
import type { ModelNotes, StoredModel } from "../storage/index.js";
import { binary, type Units } from "../units/index.js";

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
  switch (found.model) {
    case "rbm":
      return found.rbm.visible;
    case "dbn":
      return found.net.visible;
    case "classifier":
      return binary(found.classifier.inputs);
    default:
      return undefined;
  }
}
