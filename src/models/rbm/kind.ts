import { Packing } from "../../packed.js";
import { packUnits, unpackUnits } from "../../units/pack.js";
import type { ModelKind } from "../model-kind.js";
import { Rbm } from "./rbm.js";

/**
 * An RBM: the array `weights` [visible values, hidden values] and the layers `visible` and `hidden`, see `packUnits`.
 */
export const rbmKind: ModelKind<Rbm> = {
  name: "rbm",
  title: "RBM",
  reference: "Smolensky 1986",
  holds: (model): model is Rbm => model instanceof Rbm,
  describe: ({ visible, hidden }) =>
    `an RBM of ${visible.count} ${visible.type} visible and ${hidden.count} ${hidden.type} hidden units`,
  visible: ({ visible }) => visible,
  pack({ visible, hidden, weights: { rows, columns, values } }) {
    const packing = new Packing("rbm").add("weights", values, [rows, columns]);
    packUnits(packing, "visible", visible);
    packUnits(packing, "hidden", hidden);
    return packing;
  },
  unpack(parts) {
    const values = parts.numbers("weights", [-1, -1]);
    const [rows, columns] = parts.shapeOf("weights")!;
    const visible = unpackUnits(parts, "visible", rows);
    const hidden = unpackUnits(parts, "hidden", columns);
    return new Rbm({ visible, hidden, weights: { rows, columns, values } });
  },
};
