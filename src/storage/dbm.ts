import { DeepBoltzmannMachine } from "../models/index.js";
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
 * A deep Boltzmann machine as a safetensors file.
 *
 * - tensors `lower.weights`: F64 or F32 [visible values, lower hidden values], `upper.weights`: [lower, upper hidden values]
 * - tensors `visible.bias`, `lower.bias`, `upper.bias`
 * - metadata: `format` "engram", `version` "1", `model` "dbm"; as JSON `visible`, `lower` and `upper`, a layer's `type`,
 *   `count` and `states`; and, where they are given, `shape` and `notes`
 */

/** What a file holds. */
export interface StoredDeepBoltzmannMachine extends ModelNotes {
  readonly machine: DeepBoltzmannMachine;
}

/**
 * A deep Boltzmann machine as the bytes of a safetensors file.
 *
 * @throws ArgumentError for weights or biases that are not finite, and notes that are no JSON; ShapeError for a shape that does
 *   not hold the visible values
 */
export function encodeDeepBoltzmannMachine(
  machine: DeepBoltzmannMachine,
  options: EncodeModelOptions = {},
): Uint8Array {
  const metadata = formatMetadata("dbm");
  const writer = new TensorWriter(options);
  const { visible, hidden, weights } = machine;
  ["lower", "upper"].forEach((layer, l) => {
    writer.add(`${layer}.weights`, weights[l].values, [weights[l].rows, weights[l].columns]);
    metadata.set(layer, writer.addUnits(layer, hidden[l]));
  });
  metadata.set("visible", writer.addUnits("visible", visible));
  writeNotes(metadata, options, visible.width);
  return writeSafetensors({ tensors: writer.tensors, metadata });
}

/**
 * The deep Boltzmann machine that `encodeDeepBoltzmannMachine` wrote, and what was written beside it.
 *
 * @param name how errors call the file
 * @throws StorageError where the bytes are anything else
 */
export function decodeDeepBoltzmannMachine(bytes: Uint8Array, name = "model file"): StoredDeepBoltzmannMachine {
  const { tensors, metadata } = readSafetensors(bytes, name);
  requireModel(metadata, "dbm", "engram train", name);
  const model = "deep Boltzmann machine";
  const reader = new TensorReader(tensors, name);
  const read = (key: string) => {
    const [rows, columns] = reader.shapeOf(key);
    return { rows, columns, values: reader.numbers(key, rows * columns) };
  };
  const [first, second] = [read("lower.weights"), read("upper.weights")];
  const visible = reader.units("visible", metadata.get("visible"), first.rows, model);
  const lower = reader.units("lower", metadata.get("lower"), first.columns, model);
  const upper = reader.units("upper", metadata.get("upper"), second.columns, model);
  reader.requireDone(model);
  const make = () => new DeepBoltzmannMachine({ visible, hidden: [lower, upper], weights: [first, second] });
  return { machine: made(name, model, make), ...readNotes(metadata, visible.width, name) };
}
