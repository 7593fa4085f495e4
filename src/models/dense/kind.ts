import { Packing } from "../../packed.js";
import { spin } from "../../units/index.js";
import type { ModelKind } from "../model-kind.js";
import { DenseClassifier } from "./dense-classifier.js";

/**
 * A dense classifier: the array `memories` [K, pixels + classes] and the fields `classes`, `power`, `temperature` and `form`.
 */
export const denseClassifierKind: ModelKind<DenseClassifier> = {
  name: "dense-classifier",
  title: "dense classifier",
  reference: "Krotov and Hopfield 2016",
  holds: (model): model is DenseClassifier => model instanceof DenseClassifier,
  describe: ({ pixels, classes, memories, power, temperature, form }) =>
    `a dense classifier of ${memories.rows} memories of ${pixels} pixels and ${classes} classes, power ${power}${
      form === "dual" ? " in the dual form" : ""
    }, temperature ${Number(temperature.toPrecision(4))}`,
  // Its pixels are means, as of spins.
  visible: ({ pixels }) => spin(pixels),
  filters: ({ memories: { rows, columns, values }, pixels }) => {
    const out = new Float64Array(rows * pixels);
    for (let mu = 0; mu < rows; mu++) out.set(values.subarray(mu * columns, mu * columns + pixels), mu * pixels);
    return out;
  },
  pack({ memories: { rows, columns, values }, classes, power, temperature, form }) {
    return new Packing("dense-classifier")
      .add("memories", values, [rows, columns])
      .set("classes", classes)
      .set("power", power)
      .set("temperature", temperature)
      .set("form", form);
  },
  unpack(parts) {
    const values = parts.numbers("memories", [-1, -1]);
    const [rows, columns] = parts.shapeOf("memories")!;
    const form = parts.choice("form", ["direct", "dual"]);
    const temperature = parts.json("temperature");
    if (typeof temperature !== "number") throw parts.wrong("temperature", "a number above 0");
    return new DenseClassifier({
      memories: { rows, columns, values },
      classes: parts.integer("classes", 2),
      power: parts.integer("power", 1),
      temperature,
      form,
    });
  },
};
