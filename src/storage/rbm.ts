import { Rbm } from "../models/index.js";
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
 * An RBM as a safetensors file.
 *
 * - tensor `weights`: F64 or F32 [visible values, hidden values]
 * - tensors `visible.bias`, `hidden.mean` and so on: the parameters of either layer by name, of the same type
 * - metadata: `format` "engram", `version` "1", `model` "rbm"; as JSON `visible` and `hidden`, a layer's `type`, `count`
 *   and, where they are finitely many, `states`; and, where they are given, `shape` and `notes`
 */

const LAYERS = ["visible", "hidden"] as const;

/** What a file keeps beside an RBM. */
export type RbmNotes = ModelNotes;

/** How to write an RBM. */
export type EncodeRbmOptions = EncodeModelOptions;

/** What a file holds. */
export interface StoredRbm extends RbmNotes {
  readonly rbm: Rbm;
}

/**
 * An RBM as the bytes of a safetensors file.
 *
 * @throws ArgumentError for unit types that are not built in, which a file cannot name, weights or parameters that are not
 *   finite, and notes that are no JSON; ShapeError for a shape that does not hold the visible values
 */
export function encodeRbm(rbm: Rbm, options: EncodeRbmOptions = {}): Uint8Array {
  const metadata = formatMetadata("rbm");
  const { rows, columns, values } = rbm.weights;
  const writer = new TensorWriter(options);
  writer.add("weights", values, [rows, columns]);
  for (const layer of LAYERS) metadata.set(layer, writer.addUnits(layer, rbm[layer]));
  writeNotes(metadata, options, rows);
  return writeSafetensors({ tensors: writer.tensors, metadata });
}

/**
 * The RBM that `encodeRbm` wrote, and what was written beside it.
 *
 * @param name how errors call the file
 * @throws StorageError where the bytes are anything else
 */
export function decodeRbm(bytes: Uint8Array, name = "model file"): StoredRbm {
  const { tensors, metadata } = readSafetensors(bytes, name);
  requireModel(metadata, "rbm", "engram train", name);
  const reader = new TensorReader(tensors, name);
  const [rows, columns] = reader.shapeOf("weights");
  const values = reader.numbers("weights", rows * columns);
  const visible = reader.units("visible", metadata.get("visible"), rows, "RBM");
  const hidden = reader.units("hidden", metadata.get("hidden"), columns, "RBM");
  reader.requireDone("RBM");
  const notes = readNotes(metadata, rows, name);
  const rbm = made(name, "RBM", () => new Rbm({ visible, hidden, weights: { rows, columns, values } }));
  return { rbm, ...notes };
}
