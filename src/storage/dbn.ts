import { StorageError } from "../errors.js";
import { DeepBeliefNet, Rbm } from "../models/index.js";
import { joined, type Units, unitsByType } from "../units/index.js";
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
 * A deep belief net as a safetensors file. For its RBMs, l = 0, 1, ... from below:
 *
 * - tensor `l.weights`: F64 or F32 [visible values, hidden values]; those of label units are the last rows of the top one
 * - tensors `l.visible.bias`, `l.hidden.bias` and so on: the parameters of either layer, without those of label units
 * - tensor `labels.bias`, where there are label units
 * - metadata: `format` "engram", `version` "1", `model` "dbn"; as JSON `l.visible`, `l.hidden` and `labels`, a layer's
 *   `type`, `count` and, where they are finitely many, `states`; and, where they are given, `shape` and `notes`
 */

/** What a file holds. */
export interface StoredDeepBeliefNet extends ModelNotes {
  readonly net: DeepBeliefNet;
}

/** More RBMs than any net has. */
const MOST_RBMS = 1000;

/**
 * A deep belief net as the bytes of a safetensors file.
 *
 * @throws ArgumentError for unit types that are not built in, weights or parameters that are not finite, and notes that are no
 *   JSON; ShapeError for a shape that does not hold the visible values
 */
export function encodeDeepBeliefNet(net: DeepBeliefNet, options: EncodeModelOptions = {}): Uint8Array {
  const metadata = formatMetadata("dbn");
  const writer = new TensorWriter(options);
  net.rbms.forEach(({ visible, hidden, weights }, l) => {
    writer.add(`${l}.weights`, weights.values, [weights.rows, weights.columns]);
    const isJoint = visible === net.top.visible && net.labels !== undefined;
    const own = isJoint ? withoutLabels(net, visible) : visible;
    metadata.set(`${l}.visible`, writer.addUnits(`${l}.visible`, own));
    metadata.set(`${l}.hidden`, writer.addUnits(`${l}.hidden`, hidden));
  });
  if (net.labels !== undefined) {
    const bias = net.top.visible.parameters.slice(-net.classes);
    const labels = unitsByType({ type: "softmax", count: 1, states: net.classes, parameters: { bias } });
    metadata.set("labels", writer.addUnits("labels", labels));
  }
  writeNotes(metadata, options, net.visible.width);
  return writeSafetensors({ tensors: writer.tensors, metadata });
}

/**
 * The deep belief net that `encodeDeepBeliefNet` wrote, and what was written beside it.
 *
 * @param name how errors call the file
 * @throws StorageError where the bytes are anything else
 */
export function decodeDeepBeliefNet(bytes: Uint8Array, name = "model file"): StoredDeepBeliefNet {
  const { tensors, metadata } = readSafetensors(bytes, name);
  requireModel(metadata, "dbn", "engram train", name);
  const reader = new TensorReader(tensors, name);
  const model = "deep belief net";
  let count = 0;
  while (count < MOST_RBMS && reader.has(`${count}.weights`)) count++;
  if (count === 0)
    throw new StorageError(`${name} has no tensor "0.weights"; expected F64 or F32, visible x hidden values`);
  const described = metadata.get("labels");
  const classes = described === undefined ? 0 : reader.lengthOf("labels.bias");
  const labels = described === undefined ? undefined : reader.units("labels", described, classes, model);
  const rbms = Array.from({ length: count }, (_, l) => {
    const [rows, columns] = reader.shapeOf(`${l}.weights`);
    const values = reader.numbers(`${l}.weights`, rows * columns);
    const isJoint = l === count - 1 && labels !== undefined;
    const own = reader.units(`${l}.visible`, metadata.get(`${l}.visible`), isJoint ? rows - classes : rows, model);
    const hidden = reader.units(`${l}.hidden`, metadata.get(`${l}.hidden`), columns, model);
    return made(name, model, () => {
      const visible = isJoint ? joined(own, labels) : own;
      return new Rbm({ visible, hidden, weights: { rows, columns, values } });
    });
  });
  reader.requireDone(model);
  const net = made(name, model, () => new DeepBeliefNet(rbms, { labels }));
  return { net, ...readNotes(metadata, net.visible.width, name) };
}

/** The units that the top RBM sees beside the labels, which are of the type of the layer below. */
function withoutLabels({ rbms }: DeepBeliefNet, visible: Units): Units {
  const { type, count, states } = rbms[rbms.length - 2].hidden;
  const own = unitsByType({ type, count, states });
  own.parameters.set(visible.parameters.subarray(0, own.parameters.length));
  return own;
}
