import { Packing } from "../../packed.js";
import { packUnits, unpackUnits } from "../../units/pack.js";
import type { ModelKind } from "../model-kind.js";
import { DeepBoltzmannMachine } from "./deep-boltzmann-machine.js";

/**
 * A deep Boltzmann machine: the arrays `lower.weights` [visible values, lower hidden values] and `upper.weights` [lower, upper
 * hidden values], and the layers `visible`, `lower` and `upper`, see `packUnits`.
 */
export const deepBoltzmannKind: ModelKind<DeepBoltzmannMachine> = {
  name: "dbm",
  title: "deep Boltzmann machine",
  reference: "Salakhutdinov and Hinton 2009",
  holds: (model): model is DeepBoltzmannMachine => model instanceof DeepBoltzmannMachine,
  describe: ({ visible, hidden }) =>
    `a deep Boltzmann machine of ${[visible, ...hidden].map(({ count }) => count).join("-")} units`,
  visible: ({ visible }) => visible,
  pack({ visible, hidden, weights }) {
    const packing = new Packing("dbm");
    ["lower", "upper"].forEach((layer, l) => {
      packing.add(`${layer}.weights`, weights[l].values, [weights[l].rows, weights[l].columns]);
      packUnits(packing, layer, hidden[l]);
    });
    packUnits(packing, "visible", visible);
    return packing;
  },
  unpack(parts) {
    const read = (key: string) => {
      const values = parts.numbers(key, [-1, -1]);
      const [rows, columns] = parts.shapeOf(key)!;
      return { rows, columns, values };
    };
    const [first, second] = [read("lower.weights"), read("upper.weights")];
    const visible = unpackUnits(parts, "visible", first.rows);
    const lower = unpackUnits(parts, "lower", first.columns);
    const upper = unpackUnits(parts, "upper", second.columns);
    return new DeepBoltzmannMachine({ visible, hidden: [lower, upper], weights: [first, second] });
  },
};
