import { StorageError } from "../errors.js";
import { Classifier } from "../models/index.js";
import { formatMetadata, requireModel } from "./metadata.js";

import {
  type EncodeModelOptions,
  type ModelNotes,
  made,
  readNotes,
  TensorReader,
  TensorWriter,
  writeNotes,
} from "./model-parts.js";
import { readSafetensors, writeSafetensors } from "./safetensors.js";

/**
 * A feed-forward classifier as a safetensors file. For its layers, l = 0, 1, ... from below:
 *
 * - tensors `l.weights`: F64 or F32 [inputs, units], and `l.bias`
 * - metadata: `format` "engram", `version` "1", `model` "classifier"; and, where they are given, `shape` and `notes`
 */

/** What a file holds. */
export interface StoredClassifier extends ModelNotes {
  readonly classifier: Classifier;
}

/** More layers than any classifier has. */
const MOST_LAYERS = 1000;

/**
 * A classifier as the bytes of a safetensors file. Its numbers have single precision once it was trained: "single" keeps them.
 *
 * @throws ArgumentError for weights or biases that are not finite, and notes that are no JSON; ShapeError for a shape that does
 *   not hold the inputs
 */
export function encodeClassifier(classifier: Classifier, options: EncodeModelOptions = {}): Uint8Array {
  const metadata = formatMetadata("classifier");
  const writer = new TensorWriter(options);
  classifier.layers.forEach(({ weights, bias }, l) => {
    writer.add(`${l}.weights`, weights.values, [weights.rows, weights.columns]);
    writer.add(`${l}.bias`, bias);
  });
  writeNotes(metadata, options, classifier.inputs);
  return writeSafetensors({ tensors: writer.tensors, metadata });
}

/**
 * The classifier that `encodeClassifier` wrote, and what was written beside it.
 *
 * @param name how errors call the file
 * @throws StorageError where the bytes are anything else
 */
export function decodeClassifier(bytes: Uint8Array, name = "model file"): StoredClassifier {
  const { tensors, metadata } = readSafetensors(bytes, name);
  requireModel(metadata, "classifier", "engram train", name);
  const reader = new TensorReader(tensors, name);
  let count = 0;
  while (count < MOST_LAYERS && reader.has(`${count}.weights`)) count++;
  if (count === 0) throw new StorageError(`${name} has no tensor "0.weights"; expected F64 or F32, inputs x units`);
  const layers = Array.from({ length: count }, (_, l) => {
    const [rows, columns] = reader.shapeOf(`${l}.weights`, "inputs x units");
    const weights = { rows, columns, values: reader.numbers(`${l}.weights`, rows * columns) };
    return { weights, bias: reader.numbers(`${l}.bias`, columns) };
  });
  reader.requireDone("classifier");
  const classifier = made(name, "classifier", () => new Classifier(layers));
  return { classifier, ...readNotes(metadata, classifier.inputs, name) };
}
