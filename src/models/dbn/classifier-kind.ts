import { StorageError } from "../../errors.js";
import { Packing } from "../../packed.js";
import { binary } from "../../units/index.js";
import type { ModelKind } from "../model-kind.js";
import { Classifier } from "./classifier.js";

/** Upper limit of the number of layers that are read. */
const MOST_LAYERS = 1000;

/** A feed-forward classifier. For its layers, l = 0, 1, ... from below: the arrays `l.weights` [inputs, units] and `l.bias`. */
export const classifierKind: ModelKind<Classifier> = {
  name: "classifier",
  title: "classifier",
  reference: "Rumelhart, Hinton and Williams 1986",
  holds: (model): model is Classifier => model instanceof Classifier,
  describe: ({ widths }) => `a classifier of ${widths.join("-")} units`,
  // Its inputs are means, as of binary units.
  visible: ({ inputs }) => binary(inputs),
  pack({ layers }) {
    const packing = new Packing("classifier");
    layers.forEach(({ weights, bias }, l) => {
      packing.add(`${l}.weights`, weights.values, [weights.rows, weights.columns]).add(`${l}.bias`, bias);
    });
    return packing;
  },
  unpack(parts) {
    let count = 0;
    while (count < MOST_LAYERS && parts.has(`${count}.weights`)) count++;
    if (count === 0) throw new StorageError(`${parts.name} has no array "0.weights", inputs x units`);
    const layers = Array.from({ length: count }, (_, l) => {
      const values = parts.numbers(`${l}.weights`, [-1, -1]);
      const [rows, columns] = parts.shapeOf(`${l}.weights`)!;
      return { weights: { rows, columns, values }, bias: parts.numbers(`${l}.bias`, [columns]) };
    });
    return new Classifier(layers);
  },
};
