import { StorageError } from "../../errors.js";
import { Packing } from "../../packed.js";
import { joined, type Units, unitsByType } from "../../units/index.js";
import { packUnits, unpackUnits } from "../../units/pack.js";
import type { ModelKind } from "../model-kind.js";
import { Rbm } from "../rbm/rbm.js";
import { DeepBeliefNet } from "./deep-belief-net.js";

/** Upper limit of the number of RBMs that are read. */
const MOST_RBMS = 1000;

/**
 * A deep belief net. For its RBMs, l = 0, 1, ... from below: the array `l.weights` [visible values, hidden values], in the top
 * one those of label units last, and the layers `l.visible` and `l.hidden`, see `packUnits`, without label units. Label
 * units, if any, are the layer `labels`.
 */
export const deepBeliefKind: ModelKind<DeepBeliefNet> = {
  name: "dbn",
  title: "deep belief net",
  reference: "Hinton, Osindero and Teh 2006",
  holds: (model): model is DeepBeliefNet => model instanceof DeepBeliefNet,
  describe({ rbms, classes, visible }) {
    const widths = [visible.count, ...rbms.map(({ hidden }) => hidden.count)];
    return `a deep belief net of ${widths.join("-")} units${classes > 0 ? ` and ${classes} classes` : ""}`;
  },
  visible: ({ visible }) => visible,
  pack(net) {
    const packing = new Packing("dbn");
    net.rbms.forEach(({ visible, hidden, weights }, l) => {
      packing.add(`${l}.weights`, weights.values, [weights.rows, weights.columns]);
      const isJoint = visible === net.top.visible && net.labels !== undefined;
      packUnits(packing, `${l}.visible`, isJoint ? withoutLabels(net, visible) : visible);
      packUnits(packing, `${l}.hidden`, hidden);
    });
    if (net.labels !== undefined) {
      const bias = net.top.visible.parameters.slice(-net.classes);
      packUnits(
        packing,
        "labels",
        unitsByType({ type: "softmax", count: 1, states: net.classes, parameters: { bias } }),
      );
    }
    return packing;
  },
  unpack(parts) {
    let count = 0;
    while (count < MOST_RBMS && parts.has(`${count}.weights`)) count++;
    if (count === 0) throw new StorageError(`${parts.name} has no array "0.weights", visible x hidden values`);
    const isLabelled = parts.text("labels") !== undefined;
    const classes = isLabelled ? parts.numbers("labels.bias", [-1]).length : 0;
    const labels = isLabelled ? unpackUnits(parts, "labels", classes) : undefined;
    const rbms = Array.from({ length: count }, (_, l) => {
      const values = parts.numbers(`${l}.weights`, [-1, -1]);
      const [rows, columns] = parts.shapeOf(`${l}.weights`)!;
      const isJoint = l === count - 1 && labels !== undefined;
      const own = unpackUnits(parts, `${l}.visible`, isJoint ? rows - classes : rows);
      const hidden = unpackUnits(parts, `${l}.hidden`, columns);
      return new Rbm({ visible: isJoint ? joined(own, labels) : own, hidden, weights: { rows, columns, values } });
    });
    return new DeepBeliefNet(rbms, { labels });
  },
};

/** The visible units of the top RBM except the labels, which are of the type of the layer below. */
function withoutLabels({ rbms }: DeepBeliefNet, visible: Units): Units {
  const { type, count, states } = rbms[rbms.length - 2].hidden;
  const own = unitsByType({ type, count, states });
  own.parameters.set(visible.parameters.subarray(0, own.parameters.length));
  return own;
}
